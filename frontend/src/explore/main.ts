import { createApp } from 'vue'
import { enterScreen, resumePlace } from '@/account/account'
import { declareFonts } from '@/tokens/fonts'
import '@/ui/base.css'
import { languageOf, setLanguage } from '@/ui/i18n'
import { recall } from '@/ui/remember'
import { isTheme, preferredTheme, setTheme } from '@/ui/theme'
import App from './App.vue'
import './explore.css'
import { parse } from './url'

declareFonts(document.fonts)
resumePlace()
await enterScreen()
const said = parse(location.search)
const kept = recall('theme')
setTheme(said.theme ?? (isTheme(kept) ? kept : preferredTheme()))
setLanguage(said.language ?? languageOf(recall('lang') ?? navigator.language))
createApp(App).mount('#app')
