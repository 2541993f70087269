// What the window knows beside the folder that is open: the machine, what is remembered, what arrives.

import { getContext, setContext } from 'svelte';
import {
	problemOf,
	type Backend,
	type ClusterChoice,
	type Language,
	type Outcome,
	type Preferences,
	type Problem,
	type Sample,
} from '../backend/backend';
import { OpenProject } from './project.svelte';
import { language, speak } from './words.svelte';

const RECENT_KEPT = 6;

export class Shell {
	/** The folder that is open. */
	project = $state.raw<OpenProject | null>(null);
	/** The machine as it was seen last; `null`: being looked at. */
	machine = $state.raw<Outcome | null>(null);
	/** The clusters as they were listed last; `null`: being listed. */
	clusters = $state.raw<ClusterChoice[] | null>(null);
	samples = $state.raw<Sample[]>([]);
	recent = $state.raw<string[]>([]);
	home = $state.raw<string | null>(null);
	/** Something is held over the window. */
	over = $state(false);
	/** Why the last thing asked for could not be done. */
	problem = $state.raw<Problem | null>(null);

	constructor(readonly backend: Backend) {}

	/** Begins: speaks the user's language, then looks at the machine. */
	async start(): Promise<void> {
		const start = await this.#tried(this.backend.start());
		if (start) {
			speak(start.language);
			this.samples = start.samples;
			this.recent = start.recent;
			this.home = start.home;
		}
		await this.backend.arrivals((arrival) => {
			this.over = arrival.arrival === 'over';
			if (arrival.arrival === 'folder') this.open(arrival.path);
		});
		void this.lookAround();
	}

	/** Looks at the machine and for clusters. */
	async lookAround(): Promise<void> {
		this.machine = null;
		this.clusters = null;
		const machine = async () => (this.machine = (await this.#tried(this.backend.machine())) ?? null);
		const clusters = async () => (this.clusters = await this.backend.clusters(null).catch(() => []));
		await Promise.all([machine(), clusters()]);
	}

	/** Opens a folder, unless one is being worked on: that is ended by the user, not by a drop. */
	open(path: string): void {
		const folder = this.#long(path.trim());
		if (folder === '' || this.project?.busy) return;
		this.project = new OpenProject(folder, this.backend);
		this.recent = [folder, ...this.recent.filter((other) => other !== folder)].slice(0, RECENT_KEPT);
		this.#remember();
		void this.project.look();
	}

	/** Lets the user choose a folder, and opens it. */
	async choose(): Promise<void> {
		const folder = await this.#tried(this.backend.chooseFolder());
		if (folder) this.open(folder);
	}

	/** Opens a sample. */
	async take(id: string): Promise<void> {
		const folder = await this.#tried(this.backend.takeSample(id));
		if (folder) this.open(folder);
	}

	/** Goes back to the beginning. */
	close(): void {
		if (this.project?.busy) return;
		this.project = null;
		void this.lookAround();
	}

	/** Speaks another language, now and the next time. */
	speak(language: Language): void {
		speak(language);
		this.#remember();
	}

	/** A path as a person writes it: the home folder as `~`. */
	short(path: string): string {
		return this.home !== null && path.startsWith(this.home) ? `~${path.slice(this.home.length)}` : path;
	}

	/** The path that a person wrote, its `~` as the home folder. */
	#long(path: string): string {
		return this.home !== null && /^~($|[/\\])/.test(path) ? this.home + path.slice(1) : path;
	}

	async link(url: string): Promise<void> {
		await this.#tried(this.backend.openLink(url));
	}

	#remember(): void {
		const preferences: Preferences = { language: language(), recent: this.recent };
		void this.#tried(this.backend.remember(preferences));
	}

	/** What was asked for; `undefined`: it could not be done, and `problem` says why. */
	async #tried<T>(asked: Promise<T>): Promise<T | undefined> {
		try {
			const answer = await asked;
			this.problem = null;
			return answer;
		} catch (thrown) {
			this.problem = problemOf(thrown);
			return undefined;
		}
	}
}

const key = Symbol('shell');

/** Gives the shell to every component below. */
export function provide(shell: Shell): Shell {
	return setContext(key, shell);
}

/** The shell that the window was begun with. */
export function shell(): Shell {
	const shell = getContext<Shell | undefined>(key);
	if (!shell) throw new Error('provide(shell) comes first, in App.svelte');
	return shell;
}
