// JSON for reading. Nothing is parsed and written again: numbers and order stay as the app sent them.

/** The same JSON with a line for each item; `null`: it is no JSON. */
export function prettyJson(text: string): string | null {
	try {
		JSON.parse(text);
	} catch {
		return null;
	}
	const tokens = text.match(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
	let depth = 0;
	let pretty = '';
	const line = () => `\n${'  '.repeat(depth)}`;
	tokens.forEach((token, at) => {
		const next = tokens[at + 1];
		if (token === '{' || token === '[') {
			depth += 1;
			pretty += token + (next === '}' || next === ']' ? '' : line());
		} else if (token === '}' || token === ']') {
			depth -= 1;
			const before = tokens[at - 1];
			pretty += (before === '{' || before === '[' ? '' : line()) + token;
		} else if (token === ',') pretty += token + line();
		else pretty += token === ':' ? ': ' : token;
	});
	return pretty;
}
