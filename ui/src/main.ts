import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './backend/backend';
import './look/tokens.css';
import './look/base.css';

/** The host: Tauri's, or in a plain browser of a developer the fake one, to look at screens. */
async function host(): Promise<Backend> {
	if (import.meta.env.MODE !== 'production' && !('__TAURI_INTERNALS__' in globalThis)) {
		return (await import('./backend/fake-scenes')).scene(new URLSearchParams(location.search));
	}
	return (await import('./backend/tauri')).tauri;
}

const target = document.getElementById('window');
if (target) mount(App, { target, props: { backend: await host() } });
