import { useMantineColorScheme } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useApp } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import { failureTitle } from '../ui/strings-failures.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { toldFailure } from '../ui/told-failure.tsx'

/** Says a result in the corner. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal' })
}

/** Says in the corner that something was called off, as the user wanted. */
export function tellCancelled(message: string): void {
  notifications.show({ message, color: 'gray' })
}

/** Says a failure in the corner: what, why, and what to do. */
export function tellFailure(thrown: unknown): void {
  const { code, message, hint } = describeFailure(thrown)
  notifications.show({
    // All that is under way fails when the connection with the host breaks: that is said once.
    ...(code === 'Unavailable' ? { id: code } : {}),
    title: failureTitle(code),
    message: toldFailure({ code, message, hint }),
    color: 'red',
    autoClose: 12_000,
    role: 'alert',
  })
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
