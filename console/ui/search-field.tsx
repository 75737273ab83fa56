import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { Icon } from './icons.tsx'

interface SearchFieldProps {
  label: string
  value: string
  onSearch: (words: string) => void
}

/** Tells what is searched for once the typing rests. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const [words, setWords] = useState(value)
  const told = useRef(value)
  const tell = useDebouncedCallback((typed: string) => {
    told.current = typed
    onSearch(typed)
  }, 250)
  useEffect(() => {
    if (value !== told.current) {
      told.current = value
      setWords(value)
    }
  }, [value])
  return (
    <TextInput
      type="search"
      role="searchbox"
      aria-label={label}
      placeholder={label}
      className="search-field"
      leftSection={<Icon name="search" size={16} />}
      value={words}
      onChange={({ currentTarget }) => {
        setWords(currentTarget.value)
        tell(currentTarget.value.trim())
      }}
    />
  )
}
