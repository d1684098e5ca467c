package app

import (
	"context"

	"github.com/tillwatch/tillwatch/sensor/page"
)

// Desk is an operator's own browser, logged in to the admin screen, in which whatever pages do is done. For drills.
type Desk interface {
	Visit(ctx context.Context, address string) error // returns when the page is quiet
	Close() error
}

// OpenDesk logs in to the admin screen that s names.
func OpenDesk(ctx context.Context, s Shopper) (Desk, error) {
	secrets, err := s.secrets()
	if err != nil {
		return nil, err
	}
	return page.OpenDesk(ctx, page.Config{
		Executable: s.Chromium, Admin: page.Admin{URL: s.AdminURL, User: secrets.adminUser, Password: secrets.adminPassword},
	})
}
