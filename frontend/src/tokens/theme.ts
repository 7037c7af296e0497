// Generated from tokens.json by scripts/tokens.mjs.

export const themes = {
  "light": {
    "text": "#1B2422",
    "surface": "#FCFBF8",
    "raised": "#FFFFFF",
    "accent": "#0F5B6B",
    "map": {
      "outside": "#EAE7DE",
      "hatch": "#CFCABC",
      "land": "#FBFAF6",
      "lot": "#F3F0E7",
      "park": "#E0E8D3",
      "water": "#C6DBE1",
      "shore": "#93B6C1",
      "bld": "#E4DFD2",
      "bldLine": "#D3CCBB",
      "stMain": "#FFFFFF",
      "stMainCase": "#D9D3C3",
      "stMinor": "#FFFFFF",
      "stLane": "#FFFFFF",
      "stCase": "#E2DDCF",
      "label": "#1B2422",
      "label2": "#47524F",
      "stLabel": "#6A6A5E",
      "waterLabel": "#2F6575",
      "halo": "#FCFBF8",
      "thread": "#3B5257",
      "threadCase": "#FCFBF8",
      "cell": "#8B958F",
      "district": "#1B2422",
      "band": "#0F5B6B",
      "select": "#101716",
      "selectCase": "#FFFFFF",
      "hover": "#0F5B6B",
      "dim": "#F3F1EA"
    },
    "category": {
      "po": "#527D4F",
      "resid": "#8E887B",
      "indus": "#663D96",
      "office": "#5E87E6",
      "mall": "#995F83",
      "school": "#B08411",
      "hosp": "#085447",
      "org": "#002449",
      "secure": "#412900"
    },
    "difference": {
      "add": "#053F4E",
      "remove": "#AB3708",
      "move": "#82609B"
    },
    "mark": [
      "#0A70BE",
      "#996402",
      "#5D3F73",
      "#06404A"
    ],
    "sequential": [
      "#EDF1EA",
      "#BBD5CF",
      "#86B2B1",
      "#4E8C92",
      "#1F6373",
      "#0B3A49"
    ]
  },
  "dark": {
    "text": "#ECEBE4",
    "surface": "#161C1F",
    "raised": "#1E262A",
    "accent": "#8CC3CB",
    "map": {
      "outside": "#0C1012",
      "hatch": "#1D2629",
      "land": "#171D20",
      "lot": "#1A2124",
      "park": "#1A2622",
      "water": "#0C1E26",
      "shore": "#21424E",
      "bld": "#222B2F",
      "bldLine": "#2B363A",
      "stMain": "#2B3438",
      "stMainCase": "#12181A",
      "stMinor": "#242C30",
      "stLane": "#1F272A",
      "stCase": "#12181A",
      "label": "#ECEBE4",
      "label2": "#B9C0BC",
      "stLabel": "#9AA5A1",
      "waterLabel": "#7FB0C0",
      "halo": "#101517",
      "thread": "#93A7A9",
      "threadCase": "#0F1416",
      "cell": "#5C6B6C",
      "district": "#ECEBE4",
      "band": "#8CC3CB",
      "select": "#FFFFFF",
      "selectCase": "#0B0F11",
      "hover": "#8CC3CB",
      "dim": "#101517"
    },
    "category": {
      "po": "#667C60",
      "resid": "#A1998D",
      "indus": "#9F95FC",
      "office": "#CCE9FD",
      "mall": "#A05E7D",
      "school": "#C9CC74",
      "hosp": "#71BDBB",
      "org": "#1C86B1",
      "secure": "#F5DAC7"
    },
    "difference": {
      "add": "#B5E9EF",
      "remove": "#DE7526",
      "move": "#A57AE0"
    },
    "mark": [
      "#7A9FF4",
      "#F0C660",
      "#9C84A3",
      "#B5E9EF"
    ],
    "sequential": [
      "#1B2426",
      "#264046",
      "#356068",
      "#4F868C",
      "#84B2B1",
      "#D3E3DB"
    ]
  },
  "contrast": {
    "text": "#000000",
    "surface": "#FFFFFF",
    "raised": "#FFFFFF",
    "accent": "#003B49",
    "map": {
      "outside": "#FFFFFF",
      "hatch": "#8C8C8C",
      "land": "#FFFFFF",
      "lot": "#FFFFFF",
      "park": "#FFFFFF",
      "water": "#DCEBF2",
      "shore": "#00536E",
      "bld": "#EFEFEF",
      "bldLine": "#8C8C8C",
      "stMain": "#FFFFFF",
      "stMainCase": "#6E6E6E",
      "stMinor": "#FFFFFF",
      "stLane": "#FFFFFF",
      "stCase": "#B0B0B0",
      "label": "#000000",
      "label2": "#000000",
      "stLabel": "#333333",
      "waterLabel": "#003F56",
      "halo": "#FFFFFF",
      "thread": "#000000",
      "threadCase": "#FFFFFF",
      "cell": "#595959",
      "district": "#000000",
      "band": "#000000",
      "select": "#000000",
      "selectCase": "#FFD400",
      "hover": "#003B49",
      "dim": "#FFFFFF"
    },
    "category": {
      "po": "#387760",
      "resid": "#1C150C",
      "indus": "#423788",
      "office": "#000053",
      "mall": "#2F001F",
      "school": "#675A3A",
      "hosp": "#014248",
      "org": "#5B6986",
      "secure": "#4F3022"
    },
    "difference": {
      "add": "#00202A",
      "remove": "#902A00",
      "move": "#574172"
    },
    "mark": [
      "#2153AA",
      "#794E00",
      "#1F002D",
      "#03464C"
    ],
    "sequential": [
      "#FFFFFF",
      "#C9D6D6",
      "#93AFB1",
      "#5B858A",
      "#2A5A62",
      "#00262F"
    ]
  }
} as const

/** Pattern of each category, the second sign beside its colour. */
export const patternOf = {
  "po": "rows",
  "resid": "none",
  "indus": "saw",
  "office": "vert",
  "mall": "dots",
  "school": "horiz",
  "hosp": "plus",
  "org": "diag",
  "secure": "cross"
} as const

/** Names of text fonts on the map, matched per character down the list. */
export const mapFonts = {
  "name": [
    "Plex 500",
    "Noto Sans SC 500"
  ],
  "code": [
    "Plex Cond 500",
    "Noto Sans SC 500"
  ]
} as const

export type Theme = keyof typeof themes
export type Category = keyof typeof patternOf
/** Colours of one theme, as CSS hex. */
export interface Palette {
  text: string
  surface: string
  raised: string
  accent: string
  map: Record<keyof (typeof themes)['light']['map'], string>
  category: Record<Category, string>
  difference: Record<'add' | 'remove' | 'move', string>
  mark: readonly string[]
  sequential: readonly string[]
}
