import { expect, test } from 'vitest';
import type { Operation } from '../backend/backend';
import { anything, asked, compose, curl, filled } from './request';

const predict: Operation = {
	method: 'post',
	path: '/models/{model}/predict',
	summary: null,
	parameters: [
		{ name: 'model', place: 'path', kind: 'string', required: true, example: 'a/b' },
		{ name: 'feature one', place: 'query', kind: 'number', required: true, example: '5.1' },
		{ name: 'verbose', place: 'query', kind: 'boolean', required: false, example: '' },
		{ name: 'x-team', place: 'header', kind: 'string', required: false, example: 'ops' },
	],
	body: '{"x": 1}',
	made_up: false,
};

test('a request is made of the examples: path, query, headers and body', () => {
	expect(compose('http://iris.test:8080/predict', predict, filled(predict))).toEqual({
		method: 'POST',
		url: 'http://iris.test:8080/models/a%2Fb/predict?feature%20one=5.1',
		headers: [
			['x-team', 'ops'],
			['content-type', 'application/json'],
		],
		body: '{"x": 1}',
	});
});

test('what the user empties is left out, and their own headers win', () => {
	const form = filled(predict);
	form.values['header x-team'] = '';
	form.headers = [
		{ name: ' Content-Type ', value: 'text/plain' },
		{ name: '', value: 'ignored' },
	];
	expect(compose('http://localhost/', predict, form).headers).toEqual([['Content-Type', 'text/plain']]);
});

test('the form begins with the operation that proved the address', () => {
	const health: Operation = { ...anything, path: '/health' };
	expect(asked([anything, health, predict], 'GET http://localhost/health?deep=1')).toBe(1);
	expect(asked([anything, health, predict], 'POST http://localhost/models/a/predict')).toBe(2);
	expect(asked([anything, health, predict], 'DELETE http://localhost/other')).toBe(0);
	expect(asked([], 'nothing')).toBe(0);
});

test('an app without a description can be asked for any path', () => {
	const ask = compose('http://localhost/', { ...anything, path: '/health?deep=1' }, filled(anything));
	expect(ask).toEqual({ method: 'GET', url: 'http://localhost/health?deep=1', headers: [], body: null });
});

test('curl gets the same request, quoted for a shell', () => {
	const ask = { method: 'POST', url: 'http://localhost/?a=1&b=2', headers: [['x-a', "it's"]] as [string, string][], body: '{}' };
	expect(curl(ask)).toBe(`curl 'http://localhost/?a=1&b=2' -H 'x-a: it'\\''s' --data-raw '{}'`);
	expect(curl({ method: 'GET', url: 'http://localhost/', headers: [], body: null })).toBe('curl http://localhost/');
	expect(curl({ method: 'DELETE', url: 'http://localhost/', headers: [], body: null })).toBe('curl -X DELETE http://localhost/');
});
