// Requests to the app, made of what its OpenAPI document says and what the user typed.

import type { Ask, Operation } from '../backend/backend';

/** What the form holds for one operation: values by `place name`, the body, and headers as typed. */
export interface Filled {
	values: Record<string, string>;
	body: string;
	headers: { name: string; value: string }[];
}

/** An operation for an app that describes none. */
export const anything: Operation = { method: 'GET', path: '/', summary: null, parameters: [], body: null, made_up: false };

/** Which of the operations a request was made of, such as `GET http://localhost/predict?x=1`; the first where none fits. */
export function asked(operations: readonly Operation[], request: string): number {
	const [method = '', url = ''] = request.split(' ', 2);
	if (!URL.canParse(url)) return 0;
	const parts = new URL(url).pathname.split('/');
	const fits = ({ method: own, path }: Operation) => {
		const template = path.split('/');
		return own.toUpperCase() === method && template.length === parts.length && template.every((part, at) => part.startsWith('{') || part === parts[at]);
	};
	return Math.max(0, operations.findIndex(fits));
}

/** A form filled with the operation's own examples. */
export function filled(operation: Operation): Filled {
	const values = operation.parameters.map((parameter) => [key(parameter), parameter.example]);
	return { values: Object.fromEntries(values) as Record<string, string>, body: operation.body ?? '', headers: [] };
}

/** Names a parameter's field: a query and a header may have the same name. */
export function key({ place, name }: { place: string; name: string }): string {
	return `${place} ${name}`;
}

/** The request. `address` is the app's; of it scheme, host and port count. Parameters left empty are left out, unless the app wants them always. */
export function compose(address: string, operation: Operation, form: Filled): Ask {
	const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(form.values[`path ${name}`] ?? ''));
	const given = operation.parameters.filter((parameter) => parameter.required || form.values[key(parameter)]);
	const value = (parameter: { place: string; name: string }) => form.values[key(parameter)] ?? '';
	const query = given
		.filter(({ place }) => place === 'query')
		.map((parameter) => `${encodeURIComponent(parameter.name)}=${encodeURIComponent(value(parameter))}`)
		.join('&');
	const headers: [string, string][] = given.filter(({ place }) => place === 'header').map((parameter) => [parameter.name, value(parameter)]);
	headers.push(...form.headers.filter(({ name }) => name.trim() !== '').map(({ name, value }): [string, string] => [name.trim(), value]));
	const body = operation.body !== null || form.body !== '' ? form.body : null;
	if (body !== null && !headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['content-type', 'application/json']);
	const url = new URL(address).origin + path + (query && `${path.includes('?') ? '&' : '?'}${query}`);
	return { method: operation.method.toUpperCase(), url, headers, body };
}

/** The request as a person would type it. */
export function curl({ method, url, headers, body }: Ask): string {
	const words = ['curl'];
	if (method !== (body === null ? 'GET' : 'POST')) words.push('-X', method);
	words.push(quoted(url));
	for (const [name, value] of headers) words.push('-H', quoted(`${name}: ${value}`));
	if (body !== null) words.push('--data-raw', quoted(body));
	return words.join(' ');
}

/** One word for a POSIX shell, quoted where it needs to be. */
function quoted(word: string): string {
	return /^[A-Za-z0-9\-_./:=,@%+]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
