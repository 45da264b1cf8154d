/** What SQLite can only do in one block, however long that takes. Each task is a function of values that can be sent. */
import { forgetSecrets } from './identity-file.ts'

/** The tasks, by name. */
export const ASIDE_TASKS = { forgetSecrets } as const

/** A task's name. */
export type AsideTask = keyof typeof ASIDE_TASKS

/** What a thread is started with. */
export interface AsideWork {
  readonly task: AsideTask
  readonly path: string
}

/** What a thread tells: that it runs, then what came of the task. */
export type AsideNews = 'runs' | 'done' | { readonly failed: unknown }
