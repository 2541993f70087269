// Every sentence of the window comes from src-tauri/locales, the files that the command line reads too.

import { FluentBundle, FluentNumber, FluentResource, type FluentVariable } from '@fluent/bundle';
import type { Arg, Language, Text } from '../backend/backend';
import { bytes, duration } from './amounts';

const files = import.meta.glob<string>('../../../src-tauri/locales/*/*.ftl', {
	query: '?raw',
	import: 'default',
	eager: true,
});

/** The languages, each in its own words. */
export const languages: { id: Language; name: string; short: string }[] = [
	{ id: 'en', name: 'English', short: 'EN' },
	{ id: 'zh-CN', name: '简体中文', short: '中文' },
];

const bundles = new Map(languages.map(({ id }) => [id, bundleOf(id)]));

let current = $state<Language>('en');

/** The language spoken now. */
export function language(): Language {
	return current;
}

/** Speaks another language from now on. */
export function speak(language: Language): void {
	current = language;
	if (typeof document !== 'undefined') document.documentElement.lang = language;
}

/** The message `id` in words. A message that is not there is shown by its id, never hidden. */
export function t(id: string, args: Record<string, Arg> = {}): string {
	const bundle = bundles.get(current);
	const [message = id, attribute] = id.split('.', 2);
	const found = bundle?.getMessage(message);
	const pattern = attribute === undefined ? found?.value : found?.attributes[attribute];
	if (bundle === undefined || pattern === undefined || pattern === null) return unknown(id, args);
	const values: Record<string, FluentVariable> = {};
	for (const [name, value] of Object.entries(args)) {
		// Counts and ports are written without separators, as the command line does.
		values[name] = typeof value === 'number' ? new FluentNumber(value, { useGrouping: false }) : value;
	}
	return bundle.formatPattern(pattern, values, []);
}

/** A text of the engine in words. */
export function say(text: Text): string {
	return t(text.id, text.args);
}

function unknown(id: string, args: Record<string, Arg>): string {
	const shown = Object.entries(args).map(([name, value]) => `${name}: ${value}`);
	return shown.length === 0 ? id : `${id} (${shown.join(', ')})`;
}

function bundleOf(language: Language): FluentBundle {
	const amount = (say: (amount: number, language: Language) => string) => (values: unknown[]) => {
		const [value] = values;
		return value instanceof FluentNumber ? say(value.value, language) : String(value);
	};
	const bundle = new FluentBundle(language, {
		// Marks around each variable would end up in what people copy.
		useIsolating: false,
		functions: { BYTES: amount(bytes), DURATION: amount(duration) },
	});
	for (const [path, source] of Object.entries(files)) {
		if (path.includes(`/${language}/`)) bundle.addResource(new FluentResource(source));
	}
	return bundle;
}
