// Where the keyboard stands when a screen has changed.

/** Attached to a screen's heading: reading and Tab go on from there. */
export function begins(element: HTMLElement): void {
	element.tabIndex = -1;
	element.focus({ preventScroll: true });
}
