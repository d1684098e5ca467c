package browser

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// insideAddress is what a browser in a jail has for its own: one as most customers' routers give out.
var insideAddress = []byte{192, 168, 1, 23}

// NewJail makes a jail.
func NewJail() (*Jail, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("only root can give the browser a network of its own")
	}
	made := make(chan error, 1)
	j := &Jail{}
	onThreadOfItsOwn(func() { made <- j.build() }) // the thread moves into the new network
	if err := <-made; err != nil {
		return nil, fmt.Errorf("a network of its own for the browser: %w", err)
	}
	return j, nil
}

// onThreadOfItsOwn lets do have a thread that is used for nothing else and ends with it. The first thread of the process it
// is never: that cannot end, and /proc/self speaks of it.
func onThreadOfItsOwn(do func()) {
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() != unix.Getpid() {
			do()
			return
		}
		taken := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(taken)
			do()
		}()
		<-taken // another thread, since this one is still held
		runtime.UnlockOSThread()
	}()
}

func (j *Jail) build() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("the kernel gives none: %w", err)
	}
	space, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	tunnel, err := openTunnel()
	if err != nil {
		_ = space.Close()
		return err
	}
	if err = raise("lo", nil); err == nil {
		j.Listener, err = net.Listen("tcp4", "127.0.0.1:0")
	}
	if err != nil {
		_ = space.Close()
		_ = tunnel.Close()
		return err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		packet := make([]byte, 64<<10)
		for {
			n, err := tunnel.Read(packet)
			if err != nil {
				return
			}
			j.note(packet[:n])
		}
	}()
	j.enter = func() error { return unix.Setns(int(space.Fd()), unix.CLONE_NEWNET) }
	j.free = func() {
		_ = j.Listener.Close()
		_ = tunnel.Close()
		<-read
		_ = space.Close()
	}
	return nil
}

// openTunnel makes the interface by which everything leaves that is not for the machine itself. What is sent to it is read from
// the file.
func openTunnel() (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	const name = "eth0"
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err == nil {
		err = raise(name, insideAddress)
	}
	if err == nil {
		err = leadOut(name)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("an interface to nowhere: %w", err)
	}
	return os.NewFile(uintptr(fd), "tunnel"), nil // watched by the runtime from now on, since it does not block
}

// raise brings an interface up, with an address unless that is nil.
func raise(name string, address []byte) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	set := func(command uint, address []byte) error {
		if err := request.SetInet4Addr(address); err != nil {
			return err
		}
		return unix.IoctlIfreq(fd, command, request)
	}
	if address != nil {
		if err := set(unix.SIOCSIFADDR, address); err != nil {
			return err
		}
		if err := set(unix.SIOCSIFNETMASK, []byte{255, 255, 255, 0}); err != nil {
			return err
		}
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request)
}

// leadOut makes an interface the way to everywhere. The kernel wants to be told by a message of its rtnetlink(7).
func leadOut(name string) error {
	link, err := net.InterfaceByName(name)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	order := binary.NativeEndian
	message := order.AppendUint32(nil, unix.SizeofNlMsghdr+unix.SizeofRtMsg+8)
	message = order.AppendUint16(message, unix.RTM_NEWROUTE)
	message = order.AppendUint16(message, unix.NLM_F_REQUEST|unix.NLM_F_CREATE|unix.NLM_F_ACK)
	message = append(message, 1, 0, 0, 0, 0, 0, 0, 0) // its number, and no process
	message = append(message, unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_LINK, unix.RTN_UNICAST, 0, 0, 0, 0)
	message = order.AppendUint16(message, 8)
	message = order.AppendUint16(message, unix.RTA_OIF)
	message = order.AppendUint32(message, uint32(link.Index))
	if err := unix.Sendto(fd, message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4<<10)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil {
		return err
	}
	if n < unix.SizeofNlMsghdr+4 || order.Uint16(answer[4:]) != unix.NLMSG_ERROR {
		return errors.New("the kernel gave no answer to a new route")
	}
	if errno := int32(order.Uint32(answer[unix.SizeofNlMsghdr:])); errno != 0 {
		return unix.Errno(-errno)
	}
	return nil
}
