// Scenes for looking at the window in a plain browser: `?pace=1&lang=zh-CN&scene=crash`.

import type { Language } from './backend';
import { Fake } from './fake';
import { crash } from './fake-facts';

export function scene(params: URLSearchParams): Fake {
	const name = params.get('scene') ?? 'healthy';
	return new Fake({
		pace: Number(params.get('pace') ?? 1),
		problem: name === 'crash' ? crash : null,
		machine: name !== 'no-engine',
		deployed: name === 'deployed',
		language: (params.get('lang') as Language | null) ?? 'en',
		recent: name === 'fresh' ? [] : ['/home/ana/work/iris', '/home/ana/teaching/titanic'],
	});
}
