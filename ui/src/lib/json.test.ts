import { expect, test } from 'vitest';
import { prettyJson } from './json';

test('JSON gets a line for each item', () => {
	expect(prettyJson('{"output":[1,2],"a":{},"b":[]}')).toBe('{\n  "output": [\n    1,\n    2\n  ],\n  "a": {},\n  "b": []\n}');
	expect(prettyJson('"a, {b}: \\" c"')).toBe('"a, {b}: \\" c"');
});

test('numbers stay as they were sent', () => {
	expect(prettyJson('[12345678901234567890, 1.0, 1e2]')).toBe('[\n  12345678901234567890,\n  1.0,\n  1e2\n]');
});

test('what is no JSON is left alone', () => {
	expect(prettyJson('<html>')).toBeNull();
	expect(prettyJson('')).toBeNull();
	expect(prettyJson('{"a":')).toBeNull();
});
