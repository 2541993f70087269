// A problem in words: the messages that its code names, and all of it as text to be reported.

import type { Problem, Text } from '../backend/backend';
import { say } from '../lib/words.svelte';

/** What happened and where. */
export function summary({ code, args }: Problem): Text {
	return { id: `problem-${code}`, args };
}

/** The longer explanation. */
export function detail({ code, args }: Problem): Text {
	return { id: `problem-${code}.detail`, args };
}

/** All of it as plain text. */
export function report(problem: Problem): string {
	const evidence = problem.evidence.flatMap(({ says, exact }) => [say(says), ...(exact ? [exact] : [])]);
	const remedies = problem.remedies.flatMap(({ title, command, link }) => [`- ${say(title)}`, ...[command, link].filter((line) => line !== undefined)]);
	return [`${problem.code} (${problem.stage})`, say(summary(problem)), say(detail(problem)), '', ...evidence, '', ...remedies].join('\n');
}
