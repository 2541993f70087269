// What each stage shows of its facts.

import type { Component } from 'svelte';
import type { Facts, Stage } from '../backend/backend';
import type { OpenProject } from '../lib/project.svelte';
import App from './app/App.svelte';
import Cluster from './cluster/Cluster.svelte';
import Endpoint from './endpoint/Endpoint.svelte';
import Image from './image/Image.svelte';
import Ingress from './ingress/Ingress.svelte';
import Machine from './machine/Machine.svelte';
import Project from './project/Project.svelte';
import Trial from './trial/Trial.svelte';

type Page = Component<{ facts: Facts; project: OpenProject }>;

export const pages: Record<Stage, Page> = {
	machine: Machine,
	project: Project,
	image: Image,
	trial: Trial,
	cluster: Cluster,
	ingress: Ingress,
	app: App,
	endpoint: Endpoint,
};
