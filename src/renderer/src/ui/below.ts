import type { InputWrapperProps } from '@mantine/core'

/** Fields beside each other stand in one line, whichever has a description. */
export const BELOW: NonNullable<InputWrapperProps['inputWrapperOrder']> = ['label', 'input', 'description', 'error']
