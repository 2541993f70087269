// The sentence above a stage's page, and the one below it.

import type { Stage } from '../backend/backend';
import type { OpenProject } from '../lib/project.svelte';
import { t } from '../lib/words.svelte';

/** What holds for the stage now, in a sentence, and what the stage is for. */
export function headline(project: OpenProject, stage: Stage): { title: string; about: string } {
	const { state } = project.journey.stages[stage];
	const about = t(`window-about-${stage}`);
	const name = t(`stage-${stage}`);
	if (project.phase === 'removing') return { title: t('window-removing', { name: project.name }), about: t('window-removing-about') };
	if (state === 'working') {
		const title = project.phase === 'checking' ? t('window-checking', { stage: name }) : t(`window-heading-${stage}-working`);
		return { title, about };
	}
	if (stage === 'endpoint' && project.outcome?.ok) return { title: t('window-live', { name: project.name }), about: t('window-live-about') };
	if (state === 'proven') return { title: t(`window-heading-${stage}-proven`), about };
	if (project.phase === 'cancelled') return { title: t('window-cancelled'), about: t('window-cancelled-about') };
	if (state === 'missing') return { title: t(`window-heading-${stage}-missing`), about };
	return { title: t('window-unknown', { stage: name }), about };
}
