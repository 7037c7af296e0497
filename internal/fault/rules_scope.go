package fault

func init() {
	register(map[string]Text{
		"sign-in-first":        {"请先登录，或出示密钥。", "Sign in first, or present a key."},
		"not-allowed-here":     {"您的角色不能这样做：需要“{permission}”的权限。", "Your role may not do this: it takes the permission to {permission}."},
		"outside-your-area":    {"{code} 不在您“{permission}”的范围内。", "{code} is outside of the area in which you may {permission}."},
		"unknown-role":         {"没有角色 {role}。可用：{choices}。", "There is no role {role}. Choose from: {choices}."},
		"bad-scope":            {"“{prefix}” 不能作为范围：应为城区（6 位）、镇街（9 位）、村社区（12 位）或网格（15 位）的编码。", "“{prefix}” names no area: give the code of a district (6 digits), town (9), community (12) or grid (15)."},
		"unknown-public-layer": {"没有可以公开的图层 {layer}。可用：{choices}。", "There is no layer {layer} that could be public. Choose from: {choices}."},
	})
}
