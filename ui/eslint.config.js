import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const seam = {
	patterns: [
		{ group: ['@tauri-apps/*'], message: 'Only src/backend may know Tauri.' },
		{ group: ['**/backend/tauri', '**/backend/fake*'], message: 'Screens know the interface, src/backend/backend.ts.' },
	],
};

export default ts.config(
	{ ignores: ['dist', 'src/backend/types'] },
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser } },
		rules: {
			'no-console': 'error',
			eqeqeq: 'error',
			'no-restricted-imports': ['error', seam],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: {
			// Foreign words are shown as text, never as markup.
			'svelte/no-at-html-tags': 'error',
			// The policy forbids style attributes; directives go through the CSSOM.
			'no-restricted-syntax': ['error', { selector: 'SvelteAttribute[key.name="style"]', message: 'Use a class, or a style: directive.' }],
		},
	},
	{ files: ['src/backend/**', 'src/main.ts', '**/*.test.ts'], rules: { 'no-restricted-imports': 'off' } },
);
