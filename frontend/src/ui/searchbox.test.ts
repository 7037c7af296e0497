// @vitest-environment happy-dom
import type { Component } from 'vue'
import { createApp, h, nextTick, shallowReactive } from 'vue'
import { expect, test } from 'vitest'
import SearchBox from './SearchBox.vue'

/** A search field with options that the test hands in, and what was chosen. */
function mount() {
  const state = shallowReactive({ text: '', options: [] as { id: string }[], pending: false })
  const chosen: string[] = []
  const root = document.createElement('div')
  createApp({
    render: () =>
      h(SearchBox as unknown as Component, {
        modelValue: state.text, options: state.options, pending: state.pending, hint: '', label: '',
        onChoose: (o: { id: string }) => chosen.push(o.id),
      }, { option: () => '' }),
  }).mount(root)
  const input = root.querySelector('input')
  if (!input) throw new Error('no field')
  const press = (key: string) => input.dispatchEvent(new KeyboardEvent('keydown', { key }))
  return { state, chosen, press }
}

test('options that only say more keep the place among them', async () => {
  const { state, chosen, press } = mount()
  state.options = [{ id: 'cgcs2000' }, { id: 'gcj02' }]
  await nextTick()
  press('ArrowDown')
  state.options = [{ id: 'cgcs2000' }, { id: 'gcj02' }]
  await nextTick()
  press('Enter')
  expect(chosen).toEqual(['gcj02'])
})

test('Enter before the answer takes the first of the answer, not of the one before', async () => {
  const { state, chosen, press } = mount()
  state.options = [{ id: 'old' }]
  state.pending = true
  await nextTick()
  press('Enter')
  expect(chosen).toEqual([])
  state.options = [{ id: 'new' }]
  state.pending = false
  await nextTick()
  expect(chosen).toEqual(['new'])
})
