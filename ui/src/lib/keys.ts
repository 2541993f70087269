// Keys that mean the same on every screen.

const mac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** Whether this is Ctrl+Enter, or Cmd+Enter: do the screen's one next step. */
export function submits(event: KeyboardEvent): boolean {
	return event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented && !event.isComposing;
}

/** The key with the system's modifier, as people of that system write it. */
export function keyHint(key: string): string {
	return mac ? `⌘ ${key}` : `Ctrl ${key}`;
}
