import type { Stage } from './stage.ts'

/** Every stage in the order in which it is run: what is quick, and finds most, comes first. */
export const STAGES = ['simulation', 'model', 'races', 'cuts', 'kills', 'power', 'restores', 'time', 'settings', 'outsiders'] as const

export type StageName = (typeof STAGES)[number]

/** Load a stage: each is a folder with a `stage.ts` that has it as `stage`. */
export async function loadStage(name: StageName): Promise<Stage> {
  const { stage } = (await import(`./${name}/stage.ts`)) as { readonly stage: Stage }
  return stage
}
