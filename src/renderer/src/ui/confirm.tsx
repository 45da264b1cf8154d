import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import { describeFailure } from './errors.ts'
import type { Failure } from './errors.ts'
import { FailureText } from './pieces.tsx'
import { strings } from './strings.ts'

/** Asks before something is lost for good. `act` may fail: then the dialog stays and says why. */
export function Confirm(props: {
  readonly title: string
  readonly text: string
  /** What is done, as the button says it. */
  readonly label: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly act: () => Promise<unknown>
  readonly close: () => void
  readonly children?: ReactNode
}) {
  const { title, text, label, act, close } = props
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failure | null>(null)
  const run = async (): Promise<void> => {
    if (busy || props.disabled === true) return
    setBusy(true)
    setFailed(null)
    try {
      await act()
      close()
    } catch (thrown) {
      setFailed(describeFailure(thrown))
      setBusy(false)
    }
  }
  return (
    <Dialog onClose={close} title={title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <Text fz="sm">{text}</Text>
        {props.children}
        {failed === null ? null : <FailureText failure={failed} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={close}>
            {strings.verbs.cancel}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={props.disabled === true}
            color={props.danger === true ? 'red.8' : 'accent'}
          >
            {label}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
