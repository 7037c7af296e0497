import { createApp } from 'vue'
import { declareFonts } from '@/tokens/fonts'
import '@/ui/base.css'
import { languageOf, setLanguage } from '@/ui/i18n'
import { recall } from '@/ui/remember'
import { isTheme, preferredTheme, setTheme } from '@/ui/theme'
import './admin.css'
import App from './App.vue'

declareFonts(document.fonts)
const query = new URLSearchParams(location.search)
const theme = query.get('theme') ?? recall('theme')
setTheme(isTheme(theme) ? theme : preferredTheme())
setLanguage(languageOf(query.get('lang') ?? recall('lang') ?? navigator.language))
createApp(App).mount('#app')
