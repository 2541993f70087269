// Sizes and times as a person says them: the twins of src-tauri/locales/src/numbers.rs.

import type { Language } from '../backend/backend';

/** A number of bytes: `840 B`, `3.2 MB`, in powers of 1000 as docker shows images. */
export function bytes(count: number, language: Language): string {
	const one = language === 'zh-CN' ? '字节' : 'B';
	if (count < 999.5) return `${count.toFixed(0)} ${one}`;
	let size = count;
	let unit = one;
	for (const larger of ['kB', 'MB', 'GB', 'TB']) {
		size /= 1000;
		unit = larger;
		// the next unit begins where rounding would show 1000 of this one
		if (size < 999.5) break;
	}
	return `${size.toFixed(size < 9.95 ? 1 : 0)} ${unit}`;
}

const units = {
	en: { ms: 'ms', s: 's', min: 'min', h: 'h', day: 'day', days: 'days' },
	'zh-CN': { ms: '毫秒', s: '秒', min: '分', h: '小时', day: '天', days: '天' },
} as const;

/** A time in milliseconds: `340 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`, `3 days`. */
export function duration(time: number, language: Language): string {
	const unit = units[language];
	const ms = Math.max(0, time);
	if (ms < 999.5) return `${ms.toFixed(0)} ${unit.ms}`;
	if (ms < 9_950) return `${(ms / 1000).toFixed(1)} ${unit.s}`;
	const seconds = Math.round(ms / 1000);
	const two = (large: number, of: string, small: number, ofSmall: string) =>
		small === 0 ? `${large} ${of}` : `${large} ${of} ${small} ${ofSmall}`;
	if (seconds < 60) return `${seconds} ${unit.s}`;
	if (seconds < 3_600) return two(Math.floor(seconds / 60), unit.min, seconds % 60, unit.s);
	if (seconds < 86_400) return two(Math.floor(seconds / 3_600), unit.h, Math.floor((seconds % 3_600) / 60), unit.min);
	const days = Math.floor(seconds / 86_400);
	return `${days} ${days === 1 ? unit.day : unit.days}`;
}
