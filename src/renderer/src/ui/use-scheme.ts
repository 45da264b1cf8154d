import { useComputedColorScheme } from '@mantine/core'
import type { Scheme } from '../graph/colours.ts'

/** The scheme that is shown now. */
export function useScheme(): Scheme {
  return useComputedColorScheme('dark', { getInitialValueInEffect: false })
}
