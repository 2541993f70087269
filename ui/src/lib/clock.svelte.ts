// The page's clock, for times that run on screen. It ticks only while something on screen reads it.

import { createSubscriber } from 'svelte/reactivity';

const TICK = 100;

const subscribe = createSubscriber((update) => {
	const timer = setInterval(update, TICK);
	return () => clearInterval(timer);
});

/** Milliseconds on the clock by which events are stamped, read again every tenth of a second. */
export function ticking(): number {
	subscribe();
	return performance.now();
}
