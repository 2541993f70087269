// An invented app as the engine would describe it. For tests and for looking at screens in a plain browser.

import type { Action, Choices, ClusterChoice, Evidence, Facts, Hop, Problem, Stage, StageOutcome, Text } from './backend';

export const quoted = (text: string): Text => ({ id: 'quoted', args: { text } });
export const says = (text: string, exact?: string): Evidence => ({ says: quoted(text), ...(exact ? { exact } : {}) });

export const facts: Facts = {
	machine: {
		host: 'unix:///var/run/docker.sock',
		rule: quoted('the default socket'),
		product: 'Docker Engine - Community',
		version: '28.5.2',
		api: '1.51',
		os: 'linux',
		arch: 'amd64',
		store: 'containerd',
		buildkit: true,
		memory: 8_200_000_000,
		cpus: 4,
		disk_free: 61_000_000_000,
		ports: [
			{ port: 80, free: true, held_by: null },
			{ port: 443, free: true, held_by: null },
		],
	},
	project: {
		folder: '/home/ana/work/iris',
		name: 'iris',
		dockerfile: 'Dockerfile',
		context: '.',
		target: null,
		args: {},
		others: [{ label: 'compose.yaml, service api', dockerfile: 'api/Dockerfile', context: 'api' }],
		base: 'python:3.13-slim',
		port: { value: 8000, file: 'Dockerfile', line: 9 },
		start: { value: 'uvicorn app:app --host 0.0.0.0 --port 8000', file: 'Dockerfile', line: 10 },
		user: { value: '10001', file: 'Dockerfile', line: 8 },
		size: {
			complete: true,
			files: 6,
			bytes: 187_400,
			largest: [
				['model.joblib', 181_300],
				['app.py', 3_420],
				['train.py', 1_860],
				['requirements.txt', 64],
			],
		},
		deploy: { namespace: 'default', replicas: 2, host: 'localhost', path: '/', env: [], cpu: '100m', memory: '256Mi', health: null, ingress: 'auto' },
	},
	image: { tag: 'iris:3f9a1c20be77', id: 'sha256:9f1c77a02b6d', size: 412_000_000, arch: 'amd64', user: '10001', exposed: [8000] },
	trial: {
		image: 'sha256:9f1c77a02b6d',
		port: 8000,
		answered: true,
		left_out: [],
		started_ms: 1_840,
		health: '/health',
		answer: { request: 'GET http://127.0.0.1:49153/health', status: 200, ms: 4.1, body: '{"status":"ok"}' },
		operations: [
			{
				method: 'GET',
				path: '/predict',
				summary: 'Tell a flower by its measurements',
				parameters: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'].map((name, at) => ({
					name,
					place: 'query',
					kind: 'number',
					required: true,
					example: ['5.1', '3.5', '1.4', '0.2'][at] ?? '0',
				})),
				body: null,
				made_up: false,
			},
			{
				method: 'POST',
				path: '/predict',
				summary: 'Tell many flowers at once',
				parameters: [],
				body: '{\n  "flowers": [\n    [5.1, 3.5, 1.4, 0.2]\n  ]\n}',
				made_up: true,
			},
			{ method: 'GET', path: '/health', summary: null, parameters: [], body: null, made_up: false },
		],
	},
	cluster: {
		target: { context: 'docker-desktop', server: 'https://127.0.0.1:6443', cluster_uid: '5b0f0e9c-3d2e-4a66-9a13-2b6f4c1d7e10' },
		local: true,
		version: 'v1.37.2',
		nodes_ready: 1,
		nodes: 1,
		shares_images: true,
	},
	ingress: {
		class: 'nginx',
		controller: 'nginx.org/ingress-controller',
		serving: true,
		ours: true,
		port: 80,
		default_answer: { request: 'GET http://localhost/', status: 404, ms: 1.2, body: '<html>\r\n<head><title>404 Not Found</title></head>' },
	},
	app: { objects: ['Deployment/iris', 'Service/iris', 'Ingress/iris'], image: 'iris:3f9a1c20be77', wanted: 2, ready: 2, complete: true, unchanged: true, health: '/healthz' },
	endpoint: {
		address: 'http://localhost/predict',
		hops: (['name', 'tcp', 'controller', 'ingress', 'service', 'endpoints', 'pod', 'app'] as const).map(
			(hop): Hop => ({ hop, state: 'proven', says: quoted(`${hop}: as it should be`) }),
		),
		answer: {
			request: 'GET http://localhost/predict?sepal_length=5.1&sepal_width=3.5&petal_length=1.4&petal_width=0.2',
			status: 200,
			ms: 6.2,
			body: '{"species":"setosa","probabilities":{"setosa":0.98,"versicolor":0.02,"virginica":0.0}}',
		},
	},
};

export const clusters: ClusterChoice[] = [
	{ context: 'docker-desktop', server: 'https://127.0.0.1:6443', local: true, current: true, pinned: false, version: 'v1.37.2', problem: null, credential_program: null },
	{ context: 'gke-team-prod', server: 'https://34.90.11.2', local: false, current: false, pinned: false, version: null, problem: null, credential_program: 'gke-gcloud-auth-plugin' },
];

const manifest = (kind: string): string => `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: iris\n  namespace: default`;

const action = (stage: Stage, effect: string, command: string, diff: Action['diff'] = []): Action => ({ stage, effect: quoted(effect), command, diff, undo: null });

const apply = (kind: string, effect: string): Action => ({
	...action('app', effect, `kubectl --context docker-desktop apply --server-side --field-manager slipway -f - <<'END'\n${manifest(kind)}\nEND`, [
		{ object: `${kind}/iris`, field: '', before: null, after: manifest(kind) },
	]),
	undo: { effect: quoted(`Deletes the ${kind} iris.`), command: `kubectl --context docker-desktop delete ${kind.toLowerCase()} iris` },
});

export const actions: Action[] = [
	action('image', 'Builds the image iris:3f9a1c20be77 from 6 files.', "docker build --label slipway.project=iris -t iris:3f9a1c20be77 -f Dockerfile ."),
	action('trial', 'Runs the image alone and asks it once.', 'docker run --rm -p 127.0.0.1::8000 iris:3f9a1c20be77'),
	action('ingress', 'Installs F5 NGINX Ingress Controller 5.5.4.', 'kubectl --context docker-desktop apply --server-side -f manifests/ingress/f5-nginx/'),
	apply('Deployment', 'Creates the Deployment iris with 2 Pods.'),
	apply('Service', 'Creates the Service iris on port 80.'),
	apply('Ingress', 'Creates the Ingress iris for http://localhost/.'),
];

export const evidence: Record<Stage, Evidence[]> = {
	machine: [says('Docker Engine 28.5.2 answers.', 'unix:///var/run/docker.sock, API 1.51'), says('Ports 80 and 443 are free.')],
	project: [says('Starts uvicorn on port 8000.', 'Dockerfile:10  CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]')],
	image: [says('iris:3f9a1c20be77, 412 MB, is there.', 'sha256:9f1c77a02b6d')],
	trial: [says('Answered after 1.8 s.', 'GET http://127.0.0.1:49153/health 200')],
	cluster: [says('docker-desktop answers, v1.37.2.', 'https://127.0.0.1:6443'), says('1 of 1 nodes is ready.')],
	ingress: [says('NGINX serves the class nginx on port 80.', 'GET http://localhost/ 404 (nginx)')],
	app: [says('2 of 2 Pods are ready.', 'Deployment/iris generation 1, observed 1, updated 2, available 2')],
	endpoint: [says('http://localhost/predict answers 200 through the ingress.', 'the same answer as from the Pod itself')],
};

export const stageOutcomes = (until: Stage[]): Partial<Record<Stage, StageOutcome>> =>
	Object.fromEntries(until.map((stage) => [stage, { state: 'proven', evidence: evidence[stage], ms: 120 }]));

export const crash: Problem = {
	code: 'trial-crashed',
	stage: 'trial',
	args: { exit_code: 1, seconds: 0.8 },
	evidence: [
		says(
			'The app’s last words',
			'Traceback (most recent call last):\n  File "/app/app.py", line 9, in <module>\n    model = joblib.load("model.joblib")\nFileNotFoundError: [Errno 2] No such file or directory: \'model.joblib\'',
		),
		says('The container ended with exit code 1 after 0.8 s.'),
	],
	remedies: [
		{ title: quoted('Take the line *.joblib out of .dockerignore, line 2, so that the model goes into the image.') },
		{ title: quoted('Look into the image yourself.'), command: 'docker run --rm -it --entrypoint sh iris:3f9a1c20be77' },
	],
	retry: false,
};

export const noEngine: Problem = {
	code: 'docker-unreachable',
	stage: 'machine',
	args: { host: 'unix:///var/run/docker.sock' },
	evidence: [says('connect: No such file or directory', 'unix:///var/run/docker.sock')],
	remedies: [{ title: quoted('Start Docker Desktop and wait until its whale stands still.'), link: 'https://docs.docker.com/desktop/' }],
	retry: true,
};

export function chosen(facts: Facts, choices: Choices): Facts {
	const { project } = facts;
	if (!project) return facts;
	const { namespace, replicas, host, path } = { ...project.deploy, ...choices };
	return { ...facts, project: { ...project, name: choices.name ?? project.name, deploy: { ...project.deploy, namespace, replicas, host, path } } };
}
