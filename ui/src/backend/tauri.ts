// The seam itself: the commands of src-tauri/src/commands.rs, called by name.

import { Channel, invoke } from '@tauri-apps/api/core';
import type { Backend } from './backend';

function channel<T>(hear: (message: T) => void): Channel<T> {
	const channel = new Channel<T>();
	channel.onmessage = hear;
	return channel;
}

export const tauri: Backend = {
	start: () => invoke('start'),
	remember: (preferences) => invoke('remember', { preferences }),
	arrivals: (hear) => invoke('arrivals', { hear: channel(hear) }),
	chooseFolder: () => invoke('choose_folder'),
	takeSample: (id) => invoke('take_sample', { id }),
	openLink: (url) => invoke('open_link', { url }),
	copy: (text) => navigator.clipboard.writeText(text),
	machine: () => invoke('machine'),
	clusters: (folder) => invoke('clusters', { folder }),
	inspect: (choices) => invoke('inspect', { choices }),
	plan: (choices) => invoke('plan', { choices }),
	script: (choices, language) => invoke('script', { choices, language }),
	status: (choices, hear) => invoke('status', { choices, hear: channel(hear) }),
	deploy: (choices, hear) => invoke('deploy', { choices, hear: channel(hear) }),
	cancel: () => invoke('cancel'),
	planRemove: (choices, scope) => invoke('plan_remove', { choices, scope }),
	remove: (choices, scope, hear) => invoke('remove', { choices, scope, hear: channel(hear) }),
	ask: (ask) => invoke('ask', { ask }),
};
