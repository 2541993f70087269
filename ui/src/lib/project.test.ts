import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fake } from '../backend/fake';
import { crash, facts, noEngine } from '../backend/fake-facts';
import { OpenProject } from './project.svelte';

const folder = '/home/ana/work/iris';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a folder that is opened is read and planned', async () => {
	const project = new OpenProject(folder, new Fake());
	expect(project.name).toBe('iris');
	await project.look();
	expect(project.project?.port?.value).toBe(8000);
	expect(project.plan?.actions.length).toBeGreaterThan(0);
	expect(project.actions).toEqual(project.plan?.actions);
	expect(project.context).toBe('docker-desktop');
});

test('what cannot be planned is said, and the folder stays on show', async () => {
	const project = new OpenProject(folder, new Fake({ machine: false }));
	await project.look();
	expect(project.unplanned).toEqual(noEngine);
	expect(project.project).not.toBeNull();
});

test('the form is planned anew when it rests, and only what it said last counts', async () => {
	const host = new Fake();
	const plan = vi.spyOn(host, 'plan');
	const project = new OpenProject(folder, host);
	await project.look();
	plan.mockClear();
	project.choose({ name: 'a' });
	project.choose({ name: 'ab', replicas: 3 });
	expect(project.planning).toBe(true);
	await vi.runAllTimersAsync();
	expect(plan).toHaveBeenCalledOnce();
	expect(plan).toHaveBeenCalledWith({ folder, name: 'ab', replicas: 3 });
	expect(project.planning).toBe(false);
	project.choose({ name: undefined });
	await vi.runAllTimersAsync();
	expect(plan).toHaveBeenLastCalledWith({ folder, replicas: 3 });
});

test('a late answer to what the form said before is dropped', async () => {
	const host = new Fake();
	const project = new OpenProject(folder, host);
	let late: (() => void) | undefined;
	vi.spyOn(host, 'plan').mockImplementationOnce(
		() => new Promise((resolve) => (late = () => resolve({ actions: [], facts: { ...facts } }))),
	);
	const first = project.look();
	project.choose({ name: 'other' });
	await vi.runAllTimersAsync();
	late?.();
	await first;
	expect(project.plan?.actions.length).toBeGreaterThan(0);
});

test('a deployment ends live, with its address, at the last stage', async () => {
	const project = new OpenProject(folder, new Fake());
	await project.deploy();
	expect(project.phase).toBe('ended');
	expect(project.outcome?.address).toBe('http://localhost/predict');
	expect(project.shown).toBe('endpoint');
	expect(Object.values(project.journey.stages).every(({ state }) => state === 'proven')).toBe(true);
	expect(project.actions.map(({ stage }) => stage)).toEqual(['image', 'trial', 'ingress', 'app', 'app', 'app']);
});

test('a problem stops it at its stage, and the stages after stay unknown', async () => {
	const project = new OpenProject(folder, new Fake({ problem: crash }));
	await project.deploy();
	expect(project.problem).toEqual(crash);
	expect(project.shown).toBe('trial');
	expect(project.journey.stages.cluster.state).toBe('unknown');
});

test('cancel ends it, and it can go on from there', async () => {
	const project = new OpenProject(folder, new Fake({ pace: 1 }));
	const deploying = project.deploy();
	await vi.advanceTimersByTimeAsync(500);
	expect(project.busy).toBe(true);
	await project.cancel();
	await deploying;
	expect(project.phase).toBe('cancelled');
	expect(project.journey.stages.image.state).toBe('unknown');
	const again = project.deploy();
	await vi.runAllTimersAsync();
	await again;
	expect(project.outcome?.ok).toBe(true);
});

test('a verb that is ended by a later one does not speak for it', async () => {
	const project = new OpenProject(folder, new Fake({ pace: 1 }));
	const first = project.deploy();
	await vi.advanceTimersByTimeAsync(300);
	const second = project.check();
	await vi.runAllTimersAsync();
	await Promise.all([first, second]);
	expect(project.phase).toBe('ended');
	expect(project.outcome?.ok).toBe(true);
	expect(project.actions).toEqual([]);
});

test('a removal says what went and what stayed', async () => {
	const project = new OpenProject(folder, new Fake());
	await project.deploy();
	await project.remove({ image: true, ingress: false });
	expect(project.phase).toBe('removed');
	expect(project.removal?.removed).toHaveLength(4);
	expect(project.removal?.kept).toHaveLength(1);
});
