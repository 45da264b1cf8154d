import { Kbd } from '@mantine/core'
import { MAC } from '../ui/platform.ts'
import { strings } from '../ui/strings.ts'

/** What keys do, by where. */
export function KeysList() {
  return (
    <div className="ps-keys">
      {strings.keys.groups.map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {keys.map((line) => (
              <div key={line.what}>
                <dt>
                  {(MAC && 'mac' in line ? line.mac : line.keys).map((key) => (
                    <Kbd key={key} size="xs">
                      {key}
                    </Kbd>
                  ))}
                </dt>
                <dd>{line.what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
