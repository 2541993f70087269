// Paths of any system, as a person reads them.

/** A path's last part, and what stands before it. */
export function parts(path: string): { name: string; before: string } {
	const trimmed = path.replace(/[/\\]+$/, '');
	const at = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
	return { name: trimmed.slice(at + 1) || path, before: trimmed.slice(0, Math.max(at, 0)) };
}

/** Where something was read: `Dockerfile:7`. */
export function place(found: { file: string | null; line: number | null }): string | null {
	if (found.file === null) return null;
	return found.line === null ? found.file : `${found.file}:${found.line}`;
}
