import { expect, test } from 'vitest';
import { bytes, duration } from './amounts';

// The same tables as in src-tauri/locales/src/numbers.rs: window and command line say the same.

test('sizes are said with two or three digits', () => {
	const said = [0, 840, 999, 1_000, 3_210_000, 9_960_000, 999_900_000, 8.3e9, 5e15].map((count) => bytes(count, 'en'));
	expect(said).toEqual(['0 B', '840 B', '999 B', '1.0 kB', '3.2 MB', '10 MB', '1.0 GB', '8.3 GB', '5000 TB']);
	expect(bytes(12, 'zh-CN')).toBe('12 字节');
});

test('times are said in the two units that matter', () => {
	const said = [0.4, 340, 2_440, 24_000, 59_700, 200_000, 7_500_000, 90_000_000, 3e8].map((ms) => duration(ms, 'en'));
	expect(said).toEqual(['0 ms', '340 ms', '2.4 s', '24 s', '1 min', '3 min 20 s', '2 h 5 min', '1 day', '3 days']);
	expect(duration(200_000, 'zh-CN')).toBe('3 分 20 秒');
});
