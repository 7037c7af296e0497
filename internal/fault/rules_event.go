package fault

func init() {
	register(map[string]Text{
		"bad-event-id": {
			"事件编号无法识别：应为“城区:序号”，多个之间用逗号分隔，如 450105:17,450106:3。",
			"The id of an event cannot be read: it is DISTRICT:NUMBER, several parted by commas, such as 450105:17,450106:3.",
		},
	})
}
