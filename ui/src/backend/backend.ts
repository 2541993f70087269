// All that the window may ask of its host. Screens know this interface and the types of Rust, nothing else.

import type { Ask } from './types/Ask';
import type { Answer } from './types/Answer';
import type { Arrival } from './types/Arrival';
import type { Choices } from './types/Choices';
import type { ClusterChoice } from './types/ClusterChoice';
import type { Event } from './types/Event';
import type { Language } from './types/Language';
import type { Outcome } from './types/Outcome';
import type { Plan } from './types/Plan';
import type { Preferences } from './types/Preferences';
import type { Problem } from './types/Problem';
import type { Removal } from './types/Removal';
import type { RemovalPlan } from './types/RemovalPlan';
import type { Scope } from './types/Scope';
import type { Start } from './types/Start';

export type { Action } from './types/Action';
export type { App } from './types/App';
export type { Arg } from './types/Arg';
export type { Change } from './types/Change';
export type { Cluster } from './types/Cluster';
export type { Endpoint } from './types/Endpoint';
export type { Evidence } from './types/Evidence';
export type { Facts } from './types/Facts';
export type { Found } from './types/Found';
export type { Hop } from './types/Hop';
export type { Image } from './types/Image';
export type { Ingress } from './types/Ingress';
export type { Machine } from './types/Machine';
export type { Operation } from './types/Operation';
export type { Parameter } from './types/Parameter';
export type { Progress } from './types/Progress';
export type { Project } from './types/Project';
export type { Remedy } from './types/Remedy';
export type { Sample } from './types/Sample';
export type { Stage } from './types/Stage';
export type { StageOutcome } from './types/StageOutcome';
export type { State } from './types/State';
export type { Text } from './types/Text';
export type { Trial } from './types/Trial';
export type {
	Answer,
	Arrival,
	Ask,
	Choices,
	ClusterChoice,
	Event,
	Language,
	Outcome,
	Plan,
	Preferences,
	Problem,
	Removal,
	RemovalPlan,
	Scope,
	Start,
};

/** Hears what a running journey tells, a frame's worth at a time. */
export type Hear = (events: Event[]) => void;

/**
 * The host. A refused call rejects with a {@link Problem}. Of `status`, `deploy` and `remove` one runs at a time:
 * starting another ends the one before, and `null` says that it was ended.
 */
export interface Backend {
	/** What the window needs to begin. */
	start(): Promise<Start>;
	/** Remembers for the next time. */
	remember(preferences: Preferences): Promise<void>;
	/** Hears of folders dropped on the window or named on a command line. */
	arrivals(hear: (arrival: Arrival) => void): Promise<void>;
	/** The system's own dialog; `null`: none was chosen. */
	chooseFolder(): Promise<string | null>;
	/** Copies a sample to the user's home and says where. */
	takeSample(id: string): Promise<string>;
	/** Opens a page in the user's browser. */
	openLink(url: string): Promise<void>;
	/** Puts text on the clipboard. */
	copy(text: string): Promise<void>;
	/** Looks at the computer and its engine. */
	machine(): Promise<Outcome>;
	/** The clusters that could be chosen for a folder. */
	clusters(folder: string | null): Promise<ClusterChoice[]>;
	/** Reads the folder. */
	inspect(choices: Choices): Promise<Outcome>;
	/** What a deployment would do. */
	plan(choices: Choices): Promise<Plan>;
	/** The whole journey as a shell script that runs on its own. */
	script(choices: Choices, language: Language): Promise<string>;
	/** Every stage's evidence, now. */
	status(choices: Choices, hear: Hear): Promise<Outcome | null>;
	/** Takes the folder to its address. */
	deploy(choices: Choices, hear: Hear): Promise<Outcome | null>;
	/** Ends what runs. */
	cancel(): Promise<void>;
	/** What a removal would do. */
	planRemove(choices: Choices, scope: Scope): Promise<RemovalPlan>;
	/** Removes what is ours and within `scope`. */
	remove(choices: Choices, scope: Scope, hear: Hear): Promise<Removal | null>;
	/** Asks the app that was deployed or looked at last. */
	ask(ask: Ask): Promise<Answer>;
}

/** What was thrown, as a problem: the host throws nothing else, but a broken bridge might. */
export function problemOf(thrown: unknown): Problem {
	if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'remedies' in thrown) return thrown as Problem;
	const words = thrown instanceof Error ? thrown.message : String(thrown);
	return {
		code: 'internal',
		stage: 'machine',
		args: {},
		evidence: [{ says: { id: 'quoted', args: { text: words } } }],
		remedies: [{ title: { id: 'remedy-report' } }],
		retry: true,
	};
}
