import { Modal } from '@mantine/core'
import type { ModalProps } from '@mantine/core'
import { focusFirst } from './focus.ts'
import { useReturnFocus } from './return-focus.ts'

/**
 * A dialog that has the focus as soon as it is drawn: the keys that follow the one that opened it are typed into it, and mean
 * nothing to the page behind it. The kit's own way waits for frames of an animation, in which a busy machine takes half a
 * second. So it exists only while it is open.
 */
export function Dialog(props: Omit<ModalProps, 'opened' | 'ref'>) {
  useReturnFocus()
  return <Modal opened ref={focusFirst} centered={false} {...props} />
}
