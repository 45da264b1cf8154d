/** What SQLite can only do in one block, however long that takes. Each task is a function of values that can be sent. */
import { faultOfFile } from './faults.ts'
import { forgetSecrets } from './identity-file.ts'
import { searchFile } from './search.ts'

/** The tasks, by name. */
export const ASIDE_TASKS = { faultOfFile, forgetSecrets, searchFile } as const

/** A task's name. */
export type AsideTask = keyof typeof ASIDE_TASKS

/** What a thread is started with. */
export interface AsideWork {
  readonly task: AsideTask
  readonly given: readonly unknown[]
}

/** What a task takes: the path of a database first. */
export type AsideGiven<Task extends AsideTask> = Parameters<(typeof ASIDE_TASKS)[Task]>

/** What a task gives. */
export type AsideResult<Task extends AsideTask> = ReturnType<(typeof ASIDE_TASKS)[Task]>

/** Does a task here. @throws what the task throws */
export function doTask<Task extends AsideTask>(task: Task, given: AsideGiven<Task>): AsideResult<Task> {
  const tasks: { readonly [Name in AsideTask]: (...given: AsideGiven<Name>) => AsideResult<Name> } = ASIDE_TASKS
  return tasks[task](...given)
}

/** What a thread tells: that it runs, then what came of the task. */
export type AsideNews = 'runs' | { readonly result: unknown } | { readonly failed: unknown }
