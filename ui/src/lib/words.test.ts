import { afterEach, expect, test } from 'vitest';
import { language, say, speak, t } from './words.svelte';

afterEach(() => speak('en'));

test('the same message is said in the language that is spoken', () => {
	expect(t('stage-image')).toBe('Image');
	speak('zh-CN');
	expect(language()).toBe('zh-CN');
	expect(t('stage-image')).toBe('镜像');
});

test('sizes, times and counts are said as the command line says them', () => {
	expect(t('window-size-all', { files: 1234, size: 3_210_000 })).toBe('1234 files, 3.2 MB');
	expect(t('window-size-all', { files: 1, size: 12 })).toBe('1 file, 12 B');
	expect(t('window-answer-in', { ms: 200_000 })).toBe('in 3 min 20 s');
	speak('zh-CN');
	expect(t('window-answer-in', { ms: 200_000 })).toBe('用时 3 分 20 秒');
});

test('foreign words pass as they are, without marks around them', () => {
	expect(say({ id: 'quoted', args: { text: '{ $x } <b>50 %' } })).toBe('{ $x } <b>50 %');
	expect(t('window-cluster-local', { context: 'docker-desktop' })).toBe('docker-desktop · local');
});

test('attributes are messages of their own', () => {
	expect(t('problem-busy.detail')).toMatch(/^Two at once/);
});

test('a message that is not there is shown by its id', () => {
	expect(t('no-such-message', { count: 3 })).toBe('no-such-message (count: 3)');
	expect(t('quoted.no-such-attribute')).toBe('quoted.no-such-attribute');
});
