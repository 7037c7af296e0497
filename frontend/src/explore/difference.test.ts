import { expect, test } from 'vitest'
import type { ReleaseDiff } from '@/api/releases'
import { changesOf } from './difference'

const grid = { level: 'grid' as const, old_area_m2: 1, area_m2: 2, shape: true, attributes: [] }
const diff: ReleaseDiff = {
  district: '450105',
  since: 1,
  release: 2,
  counts: {},
  changes: [
    { ...grid, level: 'community', code: '450105001001', name: '淡村社区', fate: 'changed' },
    { ...grid, code: '450105001001001', name: '一', fate: 'born', attributes: [{ name: 'name', old: '', new: '一' }] },
    { ...grid, code: '450105001001002', name: '二', fate: 'gone' },
    { ...grid, code: '450105001001003', name: '新三', fate: 'changed', shape: false, attributes: [{ name: 'name', old: '三', new: '新三' }] },
  ],
  moves: [],
  points: [{ kind: 'report', from: '450105001001002', to: null, count: 3 }],
  lineage: [],
}

test('from the earlier release to today', () => {
  const c = changesOf(diff, 1)
  expect(c.counts).toEqual({ born: 1, gone: 1, changed: 1 })
  expect(c.list.map((x) => [x.fate, x.shape])).toEqual([['changed', true], ['born', false], ['gone', false], ['changed', false]])
  expect(c.list[1]?.attributes).toEqual([])
  expect(c.list[3]?.attributes).toEqual([{ name: 'name', then: '三', today: '新三' }])
  expect(c.moved).toEqual([{ kind: 'report', from: '450105001001002', to: null, count: 3 }])
})

test('where then is the later release, the other way round', () => {
  const c = changesOf(diff, 2)
  expect(c.list.map((x) => x.fate)).toEqual(['changed', 'gone', 'born', 'changed'])
  expect(c.list[3]?.attributes).toEqual([{ name: 'name', then: '新三', today: '三' }])
  expect(c.moved).toEqual([{ kind: 'report', from: null, to: '450105001001002', count: 3 }])
})
