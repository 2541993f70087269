import { expect, test } from 'vitest';
import type { Event, Outcome, Progress, Stage } from '../backend/backend';
import { begin, ended, fraction, heard, LINES_KEPT, spoken, type Step } from './journey';

const stage = (stage: Stage, state: 'working' | 'proven' | 'failed', ms = 0): Event => ({ event: 'stage', stage, state, evidence: [], ms });
const line = (text: string): Event => ({ event: 'line', stage: 'image', stream: 'build', text });
const progress = (id: string, phase: Progress['phase'], done = 0, total: number | null = null): Event => ({
	event: 'progress',
	stage: 'image',
	id,
	step: { id: 'quoted', args: { text: id } },
	phase,
	done,
	total,
	unit: 'bytes',
});

test('the stage that works is the current one, and its time runs from when it began', () => {
	const view = heard(begin(), [stage('machine', 'proven', 90), stage('image', 'working', 40)], 1_000);
	expect(view.current).toBe('image');
	expect(view.stages.image.since).toBe(960);
	const later = heard(view, [stage('image', 'working', 500)], 1_460);
	expect(later.stages.image.since).toBe(960);
	const done = heard(later, [stage('image', 'proven', 700)], 1_700);
	expect(done.stages.image).toMatchObject({ state: 'proven', ms: 700, since: null });
});

test('a view is never changed in place, and stages that nothing touched stay the same objects', () => {
	const before = heard(begin(), [line('one')], 0);
	const after = heard(before, [line('two')], 0);
	expect(before.stages.image.lines).toHaveLength(1);
	expect(after.stages.image.lines).toHaveLength(2);
	expect(after.stages.app).toBe(before.stages.app);
});

test('a step told again is the same step, with the times when it began and ended', () => {
	let view = heard(begin(), [progress('a', 'waiting'), progress('b', 'waiting')], 10);
	view = heard(view, [progress('a', 'running', 1, 4)], 20);
	view = heard(view, [progress('a', 'running', 3, 4)], 30);
	view = heard(view, [progress('a', 'done', 4, 4)], 50);
	const [a, b] = view.stages.image.steps;
	expect(a).toMatchObject({ id: 'a', phase: 'done', done: 4, began: 20, ended: 50 });
	expect(b).toMatchObject({ id: 'b', began: null, ended: null });
});

test('of a very long output the last lines are kept, with their numbers', () => {
	const lines = Array.from({ length: LINES_KEPT + 5 }, (_, at) => line(String(at)));
	const kept = heard(begin(), lines, 0).stages.image.lines;
	expect(kept).toHaveLength(LINES_KEPT);
	expect(kept[0]).toEqual({ number: 6, stream: 'build', text: '5' });
});

test('how far a stage is, is only said where it is known', () => {
	const steps = (...told: Event[]) => heard(begin(), told, 0).stages.image.steps;
	expect(fraction([])).toBeNull();
	expect(fraction(steps(progress('a', 'running')))).toBeNull();
	expect(fraction(steps(progress('a', 'running', 1, 4)))).toBe(0.25);
	expect(fraction(steps(progress('a', 'cached'), progress('b', 'running', 1, 2), progress('c', 'waiting'), progress('d', 'waiting')))).toBe(0.375);
});

test('the step to name is the one that runs, else the last that ran', () => {
	const steps = (...told: Event[]): Step[] => heard(begin(), told, 0).stages.image.steps;
	expect(spoken(steps(progress('a', 'done'), progress('b', 'running'), progress('c', 'waiting')))?.id).toBe('b');
	expect(spoken(steps(progress('a', 'done'), progress('b', 'waiting')))?.id).toBe('a');
	expect(spoken([])).toBeNull();
});

test('a step that ran when its stage failed or was cancelled runs no more', () => {
	const running = heard(begin(), [stage('image', 'working'), progress('a', 'running')], 10);
	expect(heard(running, [stage('image', 'failed')], 30).stages.image.steps[0]).toMatchObject({ phase: 'failed', ended: 30 });
	expect(ended(running, null, 40).stages.image.steps[0]).toMatchObject({ phase: 'waiting', ended: 40 });
});

test('when it is cancelled, what was at work is unknown and the rest stands', () => {
	const view = ended(heard(begin(), [stage('machine', 'proven', 9), stage('image', 'working')], 0), null, 0);
	expect(view.stages.machine.state).toBe('proven');
	expect(view.stages.image).toMatchObject({ state: 'unknown', since: null });
});

test('the outcome has the last word', () => {
	const outcome: Outcome = {
		ok: false,
		address: null,
		answer: null,
		stages: { image: { state: 'failed', evidence: [], ms: 12 } },
		problems: [{ code: 'build-failed', stage: 'image', args: {}, evidence: [], remedies: [], retry: false }],
		facts: { machine: null, project: null, image: null, trial: null, cluster: null, ingress: null, app: null, endpoint: null },
	};
	const view = ended(heard(begin(), [stage('image', 'working')], 0), outcome, 0);
	expect(view.stages.image).toMatchObject({ state: 'failed', ms: 12, since: null });
	expect(view.problems.map(({ code }) => code)).toEqual(['build-failed']);
});
