package browser

import "syscall"

// dieWithParent has nothing to set here: the closing pipe alone ends the browser.
func dieWithParent(*syscall.SysProcAttr) {}
