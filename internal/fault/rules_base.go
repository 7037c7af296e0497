package fault

func init() {
	register(map[string]Text{
		"internal":    {"内部错误，请把请求编号告诉管理员。", "Internal error; please give the request id to the administrator."},
		"not-found":   {"没有 {what}。", "There is no {what}."},
		"unavailable": {"服务暂时不可用，请稍后再试。", "The service is unavailable for the moment; please try again later."},
	})
}
