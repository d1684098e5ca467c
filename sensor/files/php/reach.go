package php

import "strings"

// reachSpecials are the functions through which code is reached in ways that few know.
func reachSpecials() map[string]special {
	s := map[string]special{
		"session_set_save_handler": func(m *machine, n *node, _ []*node, args []value) value {
			for _, f := range args {
				if f.kind != vNull && f.kind != vBool && f.kind != vObject {
					m.dynamic(n, f, nil, []value{unknown(markRequest)}) // what the session is called, the visitor says
				}
			}
			return truth(true)
		},
		"add_action": hooks, "add_filter": hooks,
		"register_rest_route": func(m *machine, n *node, _ []*node, args []value) value {
			m.standing.call("register_rest_route")
			if len(args) > 2 && args[2].kind == vArray {
				if p, ok := args[2].array.get("permission_callback"); !ok || strings.EqualFold(p.text(), "__return_true") {
					m.record.open = true
				}
				if f, ok := args[2].array.get("callback"); ok && (f.kind == vFunction || f.kind == vText || f.kind == vArray) {
					m.later = append(m.later, func() { m.dynamic(n, f, nil, []value{unknown(markRequest)}) })
				}
			}
			return unknown(0)
		},
		"wp_set_password": func(m *machine, n *node, _ []*node, args []value) value {
			m.standing.call("wp_set_password")
			if len(args) > 0 && args[0].kind == vText && args[0].s != "" {
				m.record.hit(hitManage, n, 60, "gives a user a password that stands in the code")
			}
			return unknown(0)
		},
		"trigger_error": raises, "user_error": raises,
		"xml_parse": func(m *machine, _ *node, _ []*node, args []value) value {
			m.parsed |= m.joined(args[min(1, len(args)):]) & markTaint
			return unknown(0)
		},
		"imap_open": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 0 && strings.Contains(strings.ToLower(args[0].text()), "proxycommand") {
				m.record.hit(hitCommand, n, 78, "has the program that opens a mailbox run a command (imap_open)")
			}
			return unknown(0)
		},
		"dl": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) == 0 {
				return unknown(0)
			}
			k, name := args[0].all(), args[0].text()
			switch {
			case k&(markRequest|markUpload) != 0 && k&markFiltered == 0:
				m.record.hit(hitCode, n, 80, "loads a library that the request names into PHP (dl)")
			case strings.Contains(name, "../") || strings.HasPrefix(name, "/"):
				m.record.lone(hitCode, n, 66, "loads a library of its own into PHP (dl)")
			}
			return unknown(0)
		},
		"get_defined_functions": func(*machine, *node, []*node, []value) value { return unknown(markDecoded) },
		"wp_set_auth_cookie": func(m *machine, n *node, _ []*node, args []value) value {
			m.standing.call("wp_set_auth_cookie")
			if len(args) > 0 && (args[0].kind == vInt || args[0].kind == vText) {
				m.record.hit(hitManage, n, 60, "logs whoever asks in as a user that the code names")
			} else if len(args) > 0 && alive(args[0].all()) {
				m.record.hit(hitManage, n, 60, "logs whoever asks in as the user that the request names")
			}
			return unknown(0)
		},
		"preg_replace_callback_array": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 1 {
				found := unknown(args[1].all())
				if args[0].kind == vArray {
					for _, f := range args[0].array.values {
						m.dynamic(n, f, nil, []value{found})
					}
				} else {
					m.dynamic(n, unknown(args[0].all()), nil, []value{found})
				}
			}
			return unknown(m.joined(args))
		},
	}
	for _, name := range []string{"shmop_read", "shm_get_var", "apc_fetch", "apcu_fetch", "memcache_get", "wincache_ucache_get", "xcache_get", "msg_receive", "eaccelerator_get", "zend_shm_cache_fetch"} {
		s[name] = func(*machine, *node, []*node, []value) value { return unknown(markDatabase) }
	}
	for name, handlers := range map[string][]int{"xml_set_element_handler": {1, 2}, "xml_set_character_data_handler": {1}, "xml_set_default_handler": {1}, "xml_set_processing_instruction_handler": {1}} {
		s[name] = func(m *machine, n *node, _ []*node, args []value) value {
			scope, layer := m.scope, m.layer
			m.later = append(m.later, func() { // once it is known what is taken apart
				for _, i := range handlers {
					if i < len(args) && args[i].kind != vNull && args[i].kind != vBool {
						m.in(scope, layer, func() { m.dynamic(n, args[i], nil, []value{unknown(0), unknown(m.parsed), unknown(m.parsed)}) })
					}
				}
			})
			return truth(true)
		}
	}
	return s
}

// transforms judges the methods of an XSLT processor, in whose style sheets any function of PHP can be called.
func (m *machine) transforms(n *node, name string, k marks) {
	switch name {
	case "registerphpfunctions":
		m.record.stylesheets |= 1
		if len(n.kids) > 0 {
			m.record.stylesheets &^= 1 // those that are named, and no others
		}
	case "importstylesheet":
		if k&markRequest != 0 && k&markFiltered == 0 {
			m.record.stylesheets |= 2
		}
	}
	if m.record.stylesheets == 3 {
		m.record.hit(hitCode, n, 72, "runs what a style sheet of the request's says (XSLT)")
	}
}

// hooks notes what an application is to call, and whether visitors who are not logged in can have it called.
func hooks(m *machine, _ *node, _ []*node, args []value) value {
	m.standing.call("add_action")
	if len(args) > 0 && strings.HasPrefix(args[0].text(), "wp_ajax_nopriv_") {
		m.record.open = true
	}
	return unknown(m.joined(args))
}

// raises notes what is handed to those that handle errors.
func raises(m *machine, _ *node, _ []*node, args []value) value {
	m.raise(m.joined(args))
	return unknown(0)
}

func (m *machine) raise(k marks) {
	if k &= markTaint &^ markUndefined; k&^m.raised != 0 {
		m.raised |= k
		m.record.heldChanges++
	}
}
