// The folder that the window has open: what it holds, what was chosen for it, and what is done with it.

import {
	problemOf,
	type Action,
	type Answer,
	type Ask,
	type Backend,
	type Choices,
	type ClusterChoice,
	type Event,
	type Facts,
	type Outcome,
	type Plan,
	type Problem,
	type Project,
	type Removal,
	type RemovalPlan,
	type Scope,
	type Stage,
} from '../backend/backend';
import { parts } from './path';
import { begin, ended, heard, stages, type JourneyView } from './journey';
import { language } from './words.svelte';

/** What the window does with the folder now. */
export type Phase = 'review' | 'deploying' | 'checking' | 'ended' | 'cancelled' | 'removing' | 'removed';

/** How long the form must rest before what it says is planned anew, in milliseconds. */
const REST = 350;

export class OpenProject {
	/** Its path. */
	readonly folder: string;
	phase = $state<Phase>('review');
	/** What the user chose; what is left out, Slipway decides. */
	choices = $state.raw<Choices>({ folder: '' });
	/** What the folder holds; `null`: not read yet, or it could not be. */
	project = $state.raw<Project | null>(null);
	/** Why the folder could not be read. */
	unread = $state.raw<Problem | null>(null);
	/** The clusters to choose from; `null`: not listed yet. */
	clusters = $state.raw<ClusterChoice[] | null>(null);
	/** What a deployment would do; `null`: not known yet. */
	plan = $state.raw<Plan | null>(null);
	/** Why it cannot be said what a deployment would do. */
	unplanned = $state.raw<Problem | null>(null);
	planning = $state(false);

	journey = $state.raw<JourneyView>(begin());
	/** How the last journey ended. */
	outcome = $state.raw<Outcome | null>(null);
	/** The stage that the user looks at; `null`: the one that works. */
	chosen = $state<Stage | null>(null);
	/** Why the last verb could not be done at all. */
	refused = $state.raw<Problem | null>(null);
	removal = $state.raw<Removal | null>(null);

	/** The stage on show. */
	readonly shown = $derived<Stage>(this.chosen ?? this.journey.current ?? 'machine');
	/** What stopped the last journey. */
	readonly problem = $derived<Problem | null>(this.refused ?? this.journey.problems[0] ?? null);
	readonly facts = $derived<Facts | null>(this.outcome?.facts ?? this.plan?.facts ?? null);
	readonly busy = $derived(['deploying', 'checking', 'removing'].includes(this.phase));
	readonly name = $derived(this.choices.name ?? this.project?.name ?? parts(this.choices.folder).name);
	readonly namespace = $derived(this.choices.namespace ?? this.project?.deploy.namespace ?? 'default');
	/** The context that will be written to, as far as it is decided. */
	readonly context = $derived(
		this.choices.context ?? this.facts?.cluster?.target.context ?? this.clusters?.find(({ pinned }) => pinned)?.context ?? null,
	);
	/** Every action of the journey: those done, or before there are any, those planned. */
	readonly actions = $derived<Action[]>(
		this.phase === 'review' ? (this.plan?.actions ?? []) : stages.flatMap((stage) => this.journey.stages[stage].actions),
	);

	#backend: Backend;
	/** Counts what the form said, so that late answers to what it said before are dropped. */
	#wish = 0;
	#rest: ReturnType<typeof setTimeout> | undefined;
	/** Counts the verbs begun, so that an ended one does not speak for the one after it. */
	#verb = 0;

	constructor(folder: string, backend: Backend) {
		this.#backend = backend;
		this.folder = folder;
		this.choices = { folder };
	}

	/** Reads the folder, lists the clusters and says what a deployment would do. */
	async look(): Promise<void> {
		await Promise.all([this.#list(), this.#read()]);
	}

	/** Changes what was chosen; an empty value gives the choice back to Slipway. */
	choose(choices: { [key in keyof Choices]?: Choices[key] | undefined }): void {
		const chosen = Object.entries({ ...this.choices, ...choices }).filter(([, value]) => value !== undefined && value !== '');
		this.choices = Object.fromEntries(chosen) as Choices;
		this.planning = true;
		this.#wish += 1;
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => void this.#read(), REST);
	}

	/** Takes the folder to its address. What stands already is left as it is. */
	async deploy(): Promise<void> {
		await this.#run('deploying', (hear) => this.#backend.deploy(this.choices, hear));
	}

	/** Looks at every stage, and changes nothing. */
	async check(): Promise<void> {
		await this.#run('checking', (hear) => this.#backend.status(this.choices, hear));
	}

	/** Ends what runs. */
	async cancel(): Promise<void> {
		await this.#backend.cancel();
	}

	/** The whole journey as a shell script that runs on its own. */
	script(): Promise<string> {
		return this.#backend.script(this.choices, language());
	}

	planRemove(scope: Scope): Promise<RemovalPlan> {
		return this.#backend.planRemove(this.choices, scope);
	}

	/** Removes what is ours and within `scope`. */
	async remove(scope: Scope): Promise<void> {
		const verb = this.#begin('removing');
		try {
			const removal = await this.#backend.remove(this.choices, scope, this.#hear(verb));
			if (verb !== this.#verb) return;
			this.removal = removal;
			this.phase = removal ? 'removed' : 'cancelled';
		} catch (thrown) {
			if (verb !== this.#verb) return;
			this.refused = problemOf(thrown);
			this.phase = 'ended';
		}
		this.journey = ended(this.journey, null, performance.now());
	}

	/** Goes back to the choices. */
	review(): void {
		this.phase = 'review';
		this.refused = null;
		this.planning = true;
		this.#wish += 1;
		void this.look();
	}

	ask(ask: Ask): Promise<Answer> {
		return this.#backend.ask(ask);
	}

	async #run(phase: 'deploying' | 'checking', act: (hear: (events: Event[]) => void) => Promise<Outcome | null>): Promise<void> {
		const verb = this.#begin(phase);
		try {
			const outcome = await act(this.#hear(verb));
			if (verb !== this.#verb) return;
			this.outcome = outcome;
			this.phase = outcome ? 'ended' : 'cancelled';
			this.journey = ended(this.journey, outcome, performance.now());
			if (outcome?.ok) this.chosen = 'endpoint';
		} catch (thrown) {
			if (verb !== this.#verb) return;
			this.refused = problemOf(thrown);
			this.phase = 'ended';
			this.journey = ended(this.journey, null, performance.now());
		}
	}

	#begin(phase: Phase): number {
		clearTimeout(this.#rest);
		this.phase = phase;
		this.journey = begin();
		this.outcome = null;
		this.removal = null;
		this.refused = null;
		this.chosen = null;
		return (this.#verb += 1);
	}

	#hear(verb: number): (events: Event[]) => void {
		return (events) => {
			if (verb === this.#verb) this.journey = heard(this.journey, events, performance.now());
		};
	}

	async #list(): Promise<void> {
		try {
			this.clusters = await this.#backend.clusters(this.folder);
		} catch {
			// Why there is none is said where the plan meets it.
			this.clusters = [];
		}
	}

	async #read(): Promise<void> {
		const wish = (this.#wish += 1);
		const { choices } = this;
		this.planning = true;
		const [inspected, planned] = await Promise.allSettled([this.#inspect(choices, wish), this.#backend.plan(choices)]);
		if (wish !== this.#wish) return;
		this.planning = false;
		this.plan = planned.status === 'fulfilled' ? planned.value : null;
		this.unplanned = planned.status === 'rejected' ? problemOf(planned.reason) : null;
		if (inspected.status === 'rejected') this.unread = problemOf(inspected.reason);
	}

	async #inspect(choices: Choices, wish: number): Promise<void> {
		const outcome = await this.#backend.inspect(choices);
		if (wish !== this.#wish) return;
		const problem = outcome.problems[0] ?? null;
		this.unread = problem;
		// While a choice is being typed it may be wrong for a moment: what was found stays on show.
		this.project = outcome.facts.project ?? this.project;
	}
}
