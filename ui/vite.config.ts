import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [svelte()],
	// Nothing of the environment goes into the page.
	envPrefix: 'SLIPWAY_PAGE_',
	server: { port: 5173, strictPort: true, fs: { allow: ['..'] } },
	build: {
		target: 'es2022',
		// The web views that know light-dark(); nothing is rewritten for older ones.
		cssTarget: ['safari17.5', 'chrome123'],
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
	},
	test: { include: ['src/**/*.test.ts'], restoreMocks: true },
});
