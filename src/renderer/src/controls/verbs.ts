import { useMantineColorScheme } from '@mantine/core'
import { useApp } from '../stores/app-context.tsx'
import { say, unsayKey } from '../stores/said-store.ts'
import { describeFailure } from '../ui/errors.ts'
import { failureTitle } from '../ui/strings-failures.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { toldFailure } from '../ui/told-failure.tsx'

/** How long a failure is said, milliseconds. */
const FAILURE_MS = 12_000

/** Says a result in passing. */
export function tell(message: string): void {
  say({ message, tone: 'done' })
}

/** Says in passing why nothing was done. */
export function tellNothingDone(why: string): void {
  say({ message: why })
}

/** Says in passing that something was called off, as the user wanted. */
export function tellCancelled(message: string): void {
  say({ message })
}

/** Says that something ended which the user did not call off, and what to do: for as long as a failure. */
export function tellEnded(message: string): void {
  say({ message, stayMs: FAILURE_MS })
}

/** Says a failure in passing: what, why, and what to do. */
export function tellFailure(thrown: unknown): void {
  const { code, message, hint } = describeFailure(thrown)
  say({
    // All that is under way fails when the connection with the host breaks: that is said once.
    key: code === 'Unavailable' ? code : `${code} ${message}`,
    title: failureTitle(code),
    message: toldFailure({ code, message, hint }),
    tone: 'bad',
    stayMs: FAILURE_MS,
  })
}

/** Of files that are none of Peerscope's only the last one is said. */
const BAD_FILE = 'bad file'

/** Says that nothing came of a file: to correct a value, as failures of the same kind say elsewhere, does not fit. */
export function tellFileFailure(thrown: unknown): void {
  const failed = describeFailure(thrown)
  if (failed.code !== 'InvalidArgument') return tellFailure(thrown)
  fileWorks()
  const { badFile: title, badFileHint: hint } = strings.snapshots
  say({ key: BAD_FILE, title, message: toldFailure({ ...failed, hint }), tone: 'bad', stayMs: FAILURE_MS })
  return undefined
}

/** Takes back what was said of a file before: another one works. */
export function fileWorks(): void {
  unsayKey(BAD_FILE)
}

/** Copies a text and says so. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    tell(strings.verbs.copied)
  } catch (thrown) {
    tellFailure(thrown)
  }
}

type Theme = 'system' | 'dark' | 'light'

/** `apply` shows a theme, `set` has it kept as well, `toggle` switches between dark and light. */
export function useTheme(): {
  readonly apply: (theme: Theme) => void
  readonly set: (theme: Theme) => void
  readonly toggle: () => void
} {
  const { settings } = useApp()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useScheme()
  const apply = (theme: Theme): void => setColorScheme(theme === 'system' ? 'auto' : theme)
  const set = (theme: Theme): void => {
    apply(theme)
    settings.save({ theme }).catch(tellFailure)
  }
  return { apply, set, toggle: () => set(scheme === 'dark' ? 'light' : 'dark') }
}
