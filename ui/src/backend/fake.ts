// A host without an engine: it plays an invented journey. For tests and for looking at screens in a plain browser;
// it is no part of the built window.

import { stages } from '../lib/journey';
import { type Answer, type Arrival, type Backend, type Event, type Language, type Outcome, type Preferences, type Problem, type Stage } from './backend';
import * as play from './fake-facts';

export interface Scene {
	/** How many milliseconds the journey takes for each one invented; 0: all at once. */
	pace: number;
	/** What stops the journey. */
	problem: Problem | null;
	/** Whether an engine and a cluster are there. */
	machine: boolean;
	/** Whether all of it stands already. */
	deployed: boolean;
	language: Language;
	recent: string[];
}

const empty = { machine: null, project: null, image: null, trial: null, cluster: null, ingress: null, app: null, endpoint: null };

export class Fake implements Backend {
	readonly asked: string[] = [];
	readonly copied: string[] = [];
	remembered: Preferences | null = null;
	#scene: Scene;
	#hears: ((arrival: Arrival) => void) | undefined;
	#end: (() => void) | undefined;

	constructor(scene: Partial<Scene> = {}) {
		this.#scene = { pace: 0, problem: null, machine: true, deployed: false, language: 'en', recent: [], ...scene };
	}

	/** Something comes from outside. */
	arrive(arrival: Arrival): void {
		this.#hears?.(arrival);
	}

	start = async () => ({
		language: this.#scene.language,
		recent: this.#scene.recent,
		samples: ['iris', 'sentiment', 'model-card'].map((id) => ({ id, title: { id: `sample-${id}` }, about: { id: `sample-${id}-about` } })),
		home: '/home/ana',
	});
	remember = async (preferences: Preferences) => void (this.remembered = preferences);
	arrivals = async (hear: (arrival: Arrival) => void) => void (this.#hears = hear);
	chooseFolder = async () => '/home/ana/work/iris';
	takeSample = async (id: string) => `/home/ana/slipway-samples/${id}`;
	openLink = async (url: string) => void this.asked.push(url);
	copy = async (text: string) => void this.copied.push(text);
	machine = async () => (this.#scene.machine ? this.#outcome(['machine'], null) : this.#outcome([], play.noEngine));
	clusters = async () => (this.#scene.machine ? play.clusters : []);

	inspect: Backend['inspect'] = async (choices) => {
		await this.#wait(200);
		const outcome = this.#outcome(['project'], null);
		return { ...outcome, facts: play.chosen(outcome.facts, choices) };
	};

	plan: Backend['plan'] = async (choices) => {
		await this.#wait(900);
		if (!this.#scene.machine) throw play.noEngine;
		return { actions: this.#scene.deployed ? [] : play.actions, facts: play.chosen(play.facts, choices) };
	};

	script = async () => {
		if (!this.#scene.machine) throw play.noEngine;
		return `#!/bin/sh\nset -eu\n\n${play.actions.map(({ command }) => command).join('\n')}\n`;
	};

	deploy: Backend['deploy'] = async (_, hear) => {
		const { problem } = this.#scene;
		const until = stages.slice(0, problem ? stages.indexOf(problem.stage) : stages.length);
		if (!(await this.#play(this.#journey(until, problem), hear))) return null;
		this.#scene.deployed = problem === null;
		return this.#outcome(until, problem);
	};

	status: Backend['status'] = async (_, hear) => {
		const looks = stages.map((stage): [number, Event] => [150, { event: 'stage', stage, state: 'proven', evidence: play.evidence[stage], ms: 150 }]);
		return (await this.#play(looks, hear)) ? this.#outcome([...stages], null) : null;
	};

	cancel = async () => this.#end?.();

	planRemove: Backend['planRemove'] = async ({}, scope) => {
		await this.#wait(300);
		const removes = ['Ingress', 'Service', 'Deployment'].map((kind) => this.#removal(`Deletes the ${kind} iris.`));
		if (scope.image) removes.push(this.#removal('Removes the image iris:3f9a1c20be77.'));
		return { actions: this.#scene.deployed ? removes : [], kept: scope.ingress ? [] : [play.quoted('The ingress controller stays: other apps may use it.')] };
	};

	remove: Backend['remove'] = async (choices, scope, hear) => {
		const { actions, kept } = await this.planRemove(choices, scope);
		if (!(await this.#play(actions.map((action): [number, Event] => [400, { event: 'action', ...action }]), hear))) return null;
		this.#scene.deployed = false;
		return { removed: actions.map(({ effect }) => effect), kept };
	};

	ask: Backend['ask'] = async ({ method, url }): Promise<Answer> => {
		this.asked.push(`${method} ${url}`);
		await this.#wait(80);
		return { request: `${method} ${url}`, status: 200, ms: 5.3, body: '{"species":"versicolor","probabilities":{"setosa":0.0,"versicolor":0.91,"virginica":0.09}}' };
	};

	#removal(effect: string) {
		return { stage: 'app' as const, effect: play.quoted(effect), command: 'kubectl --context docker-desktop delete …', diff: [], undo: null };
	}

	#outcome(until: readonly Stage[], problem: Problem | null): Outcome {
		const known = Object.fromEntries(until.map((stage) => [stage, play.facts[stage]]));
		const outcomes = play.stageOutcomes([...until]);
		if (problem) outcomes[problem.stage] = { state: 'failed', evidence: problem.evidence, ms: 900 };
		const ok = problem === null && until.length === stages.length;
		return {
			ok,
			address: ok ? 'http://localhost/predict' : null,
			answer: ok ? (play.facts.endpoint?.answer ?? null) : null,
			stages: outcomes,
			problems: problem ? [problem] : [],
			facts: { ...empty, ...known },
		};
	}

	/** What is told, each with how long after the one before. */
	#journey(until: readonly Stage[], problem: Problem | null): [number, Event][] {
		const told: [number, Event][] = [];
		const stage = (stage: Stage, after: number, ms: number, state: 'working' | 'proven' | 'failed', evidence = play.evidence[stage]) =>
			told.push([after, { event: 'stage', stage, state, evidence: state === 'working' ? [] : evidence, ms }]);
		for (const name of [...until, ...(problem ? [problem.stage] : [])]) {
			stage(name, 0, 0, 'working');
			for (const action of play.actions.filter(({ stage }) => stage === name)) told.push([20, { event: 'action', ...action }]);
			told.push(...(steps[name] ?? []));
			if (problem?.stage === name) {
				stage(name, 400, 900, 'failed', problem.evidence);
				told.push([0, { event: 'problem', ...problem }]);
			} else stage(name, 150, 400, 'proven');
		}
		return told;
	}

	/** Tells all of it in its time; `false`: it was ended. */
	async #play(told: [number, Event][], hear: (events: Event[]) => void): Promise<boolean> {
		this.#end?.();
		let going = true;
		let wake: () => void = () => undefined;
		const end = () => {
			going = false;
			wake();
		};
		this.#end = end;
		for (const [after, event] of told) {
			if (this.#scene.pace > 0 && after > 0) {
				await new Promise<void>((resolve) => {
					wake = resolve;
					setTimeout(resolve, after * this.#scene.pace);
				});
			} else await Promise.resolve();
			if (!going) return false;
			hear([event]);
		}
		if (this.#end === end) this.#end = undefined;
		return true;
	}

	async #wait(ms: number): Promise<void> {
		if (this.#scene.pace > 0) await new Promise((resolve) => setTimeout(resolve, ms * this.#scene.pace));
	}
}

type Told = [number, Event];
const step = (after: number, stage: Stage, id: string, words: string, phase: 'waiting' | 'running' | 'cached' | 'done', done = 0, total: number | null = null, unit: 'none' | 'bytes' | 'pods' = 'none'): Told => [
	after,
	{ event: 'progress', stage, id, step: play.quoted(words), phase, done, total, unit },
];
const line = (after: number, stage: Stage, stream: string, text: string): Told => [after, { event: 'line', stage, stream, text }];

const build = ['FROM python:3.13-slim', 'WORKDIR /app', 'COPY requirements.txt .', 'RUN pip install --no-cache-dir -r requirements.txt', 'COPY app.py model.joblib ./', 'USER 10001'];
const wheel = 'scikit_learn-1.7.2-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl';

const steps: Partial<Record<Stage, Told[]>> = {
	image: [
		...build.map((words, at) => step(0, 'image', String(at), words, 'waiting')),
		step(60, 'image', '0', build[0] ?? '', 'cached'),
		step(20, 'image', '1', build[1] ?? '', 'cached'),
		step(40, 'image', '2', build[2] ?? '', 'running', 0, 64, 'bytes'),
		step(90, 'image', '2', build[2] ?? '', 'done', 64, 64, 'bytes'),
		step(10, 'image', '3', build[3] ?? '', 'running'),
		...['Collecting fastapi==0.121.0', '  Downloading fastapi-0.121.0-py3-none-any.whl (109 kB)', 'Collecting uvicorn==0.38.0', 'Collecting scikit-learn==1.7.2', `  Downloading ${wheel} (9.4 MB)`, '     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 9.4/9.4 MB 31.2 MB/s', 'Collecting numpy>=1.22.0', 'Installing collected packages: threadpoolctl, numpy, joblib, scipy, scikit-learn, uvicorn, fastapi'].map((text) =>
			line(450, 'image', text.startsWith('WARNING') ? 'stderr' : 'build', text),
		),
		line(900, 'image', 'build', 'Successfully installed fastapi-0.121.0 joblib-1.5.2 numpy-2.3.4 scikit-learn-1.7.2 scipy-1.16.3 uvicorn-0.38.0'),
		step(200, 'image', '3', build[3] ?? '', 'done'),
		step(10, 'image', '4', build[4] ?? '', 'running', 0, 184_720, 'bytes'),
		step(80, 'image', '4', build[4] ?? '', 'done', 184_720, 184_720, 'bytes'),
		step(10, 'image', '5', build[5] ?? '', 'done'),
	],
	trial: [
		step(50, 'trial', 'run', 'The container starts', 'running'),
		line(500, 'trial', 'stderr', 'INFO:     Started server process [1]'),
		line(200, 'trial', 'stderr', 'INFO:     Waiting for application startup.'),
		step(100, 'trial', 'run', 'The container starts', 'done'),
		step(10, 'trial', 'wait', 'Waiting for the first answer on port 8000', 'running'),
		step(600, 'trial', 'wait', 'Waiting for the first answer on port 8000', 'done'),
	],
	ingress: [
		step(50, 'ingress', 'apply', 'Applies 14 objects of the controller', 'running'),
		step(700, 'ingress', 'apply', 'Applies 14 objects of the controller', 'done'),
		step(10, 'ingress', 'wait', 'Waiting until the controller is ready', 'running'),
		step(900, 'ingress', 'wait', 'Waiting until the controller is ready', 'done'),
	],
	app: [
		step(50, 'app', 'pods', 'Pods become ready', 'running', 0, 2, 'pods'),
		line(300, 'app', 'events', 'Pod iris-7c9d5f-x7k2p: Scheduled to docker-desktop'),
		step(900, 'app', 'pods', 'Pods become ready', 'running', 1, 2, 'pods'),
		step(700, 'app', 'pods', 'Pods become ready', 'done', 2, 2, 'pods'),
	],
};

