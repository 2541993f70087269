// What a running journey has told so far, as the screens show it. No clock and no host: events in, a view out.

import type { Action, Event, Evidence, Outcome, Problem, Progress, Stage, State } from '../backend/backend';

/** All stages, in the order in which they stand. */
export const stages: readonly Stage[] = ['machine', 'project', 'image', 'trial', 'cluster', 'ingress', 'app', 'endpoint'];

/** A step of a stage, with when it began and ended by the page's clock (milliseconds). */
export interface Step extends Progress {
	began: number | null;
	ended: number | null;
}

/** A line of output. `number` counts from the stage's first line, dropped ones included. */
export interface Line {
	number: number;
	stream: string;
	text: string;
}

export interface StageView {
	state: State;
	evidence: Evidence[];
	/** How long it took, or had taken when it last told. */
	ms: number;
	/** When it began to work, by the page's clock; `null`: it does not work now. */
	since: number | null;
	steps: Step[];
	lines: Line[];
	actions: Action[];
}

export interface JourneyView {
	stages: Record<Stage, StageView>;
	/** The stage that works now, or worked last. */
	current: Stage | null;
	problems: Problem[];
}

/** How many lines a stage keeps; the oldest go first. */
export const LINES_KEPT = 4_000;

const untouched: StageView = { state: 'unknown', evidence: [], ms: 0, since: null, steps: [], lines: [], actions: [] };

/** A journey that has told nothing yet. */
export function begin(): JourneyView {
	const views = Object.fromEntries(stages.map((stage) => [stage, untouched]));
	return { stages: views as Record<Stage, StageView>, current: null, problems: [] };
}

/** The view after these events, heard at `now`. What no event touched stays the same object. */
export function heard(before: JourneyView, events: readonly Event[], now: number): JourneyView {
	const after: JourneyView = { ...before, stages: { ...before.stages } };
	/** The stage's view, copied when it is first changed. */
	const touch = (stage: Stage): StageView => {
		const view = after.stages[stage];
		if (view !== before.stages[stage]) return view;
		const { steps, lines, actions } = view;
		return (after.stages[stage] = { ...view, steps: [...steps], lines: [...lines], actions: [...actions] });
	};
	for (const event of events) {
		switch (event.event) {
			case 'stage': {
				const view = touch(event.stage);
				const { state, evidence, ms } = event;
				const since = state === 'working' ? (view.since ?? now - ms) : null;
				Object.assign(view, { state, evidence, ms, since });
				if (state === 'failed') view.steps = halted(view.steps, 'failed', now);
				if (state === 'working' || state === 'failed') after.current = event.stage;
				break;
			}
			case 'progress':
				step(touch(event.stage).steps, event, now);
				break;
			case 'line': {
				const { lines } = touch(event.stage);
				lines.push({ number: (lines.at(-1)?.number ?? 0) + 1, stream: event.stream, text: event.text });
				if (lines.length > LINES_KEPT) lines.splice(0, lines.length - LINES_KEPT);
				break;
			}
			case 'action':
				touch(event.stage).actions.push(event);
				break;
			case 'problem':
				after.problems = [...after.problems, event];
				break;
		}
	}
	return after;
}

/** What stands when nothing works any more, since `now`: by its outcome, or cancelled (`null`). */
export function ended(view: JourneyView, outcome: Outcome | null, now: number): JourneyView {
	const after: JourneyView = { ...view, stages: { ...view.stages } };
	for (const stage of stages) {
		const seen = outcome?.stages[stage];
		if (seen) after.stages[stage] = { ...after.stages[stage], ...seen, since: null };
		else if (after.stages[stage].state === 'working') {
			const steps = halted(after.stages[stage].steps, 'waiting', now);
			after.stages[stage] = { ...after.stages[stage], state: 'unknown', since: null, steps };
		}
	}
	if (outcome) after.problems = outcome.problems;
	return after;
}

/** How far a stage is, from 0 to 1; `null`: that cannot be known. */
export function fraction(steps: readonly Step[]): number | null {
	if (steps.length === 0) return null;
	let done = 0;
	for (const { phase, done: part, total } of steps) {
		if (phase === 'done' || phase === 'cached') done += 1;
		else if (phase === 'running' && total) done += Math.min(1, part / total);
	}
	// One step of unknown length says nothing of how far it is.
	return steps.length === 1 && done === 0 ? null : done / steps.length;
}

/** The step to name in one line: what runs now, else what came last. */
export function spoken(steps: readonly Step[]): Step | null {
	return steps.findLast(({ phase }) => phase === 'running') ?? steps.findLast(({ phase }) => phase !== 'waiting') ?? null;
}

/** The steps when their stage works no more: what ran is `phase` now. */
function halted(steps: readonly Step[], phase: Progress['phase'], now: number): Step[] {
	return steps.map((step) => (step.phase === 'running' ? { ...step, phase, ended: now } : step));
}

function step(steps: Step[], told: Event & { event: 'progress' }, now: number): void {
	const { stage, id, step, phase, done, total, unit } = told;
	const at = steps.findIndex((step) => step.id === id);
	const before = steps[at];
	const began = phase === 'waiting' ? null : (before?.began ?? now);
	const ended = phase === 'waiting' || phase === 'running' ? null : (before?.ended ?? now);
	const after: Step = { stage, id, step, phase, done, total, unit, began, ended };
	if (before) steps[at] = after;
	else steps.push(after);
}
